import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from '@playwright/test';
import { People } from '../pages/people.ts';
import { Settings } from '../pages/settings.ts';
import { Studio } from '../pages/studio.ts';
import { paintingPictures } from '../support/photos.ts';
import { expect, test } from '../support/test.ts';

test.use({ enrolled: { Ada: 1 } });

const sizes = [
  { width: 800, height: 600 },
  { width: 1280, height: 800 },
] as const;

for (const viewport of sizes)
  test.describe(`at ${viewport.width} × ${viewport.height}`, () => {
    test.use({ viewport });

    test('no message lies over a control, and an error goes with its screen', async ({
      app,
      folder,
    }) => {
      const { content, style } = await paintingPictures(folder);
      await app.goTo('Studio');
      await new Studio(app).prepare(content, style, 100);
      const broken = path.join(folder, 'notes.jpg');
      writeFileSync(broken, 'This is not a picture.');
      await app.hand.pick(app.button(/Add a style picture/u), broken);
      const error = app.messages.getByText(/notes\.jpg/u);
      await expect(error).toBeVisible();
      expect(await covered(app.messages)).toEqual([]);

      const person = await new People(app).openPerson('Ada');
      await expect(error).toHaveCount(0);
      await person.rename('Ada Lovelace');
      await expect(app.messages.getByText('Ada Lovelace')).toBeVisible();
      expect(await covered(app.messages)).toEqual([]);
      await app.goTo('People');
      expect(await covered(app.messages)).toEqual([]);

      await app.goTo('Settings');
      await new Settings(app).open('Appearance');
      await app.hand.press(app.button('Show it again'));
      await expect(app.messages.getByText(/guide/u)).toBeVisible();
      expect(await covered(app.messages)).toEqual([]);
    });
  });

test('an error goes by itself', async ({ app, folder }) => {
  const broken = path.join(folder, 'notes.jpg');
  writeFileSync(broken, 'This is not a picture.');
  await app.goTo('Studio');
  await app.hand.pick(app.button(/Add a style picture/u), broken);
  const error = app.messages.getByText(/notes\.jpg/u);
  await expect(error).toBeVisible();
  // Whoever rests on it reads it; nobody does.
  await app.page.mouse.move(1, 1);
  await app.heading('Studio').focus();
  await expect(error).toHaveCount(0, { timeout: 60_000 });
});

/** The controls that can be used and share pixels with a message once it has slid in, by their words. */
const covered = (messages: Locator): Promise<string[]> =>
  messages.evaluate(async (region) => {
    // A message slides in, and has no height at first.
    const sliding = region.getAnimations({ subtree: true });
    await Promise.allSettled(sliding.map(({ finished }) => finished));
    const seen = (element: Element): DOMRect => {
      let { left, top, right, bottom } = element.getBoundingClientRect();
      // What a scrolled list has cut off cannot be pressed.
      for (let box = element.parentElement; box !== null; box = box.parentElement) {
        if (getComputedStyle(box).overflow === 'visible') continue;
        const clip = box.getBoundingClientRect();
        [left, right] = [Math.max(left, clip.left), Math.min(right, clip.right)];
        [top, bottom] = [Math.max(top, clip.top), Math.min(bottom, clip.bottom)];
      }
      return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
    };
    const boxes = [...region.children].map((message) => message.getBoundingClientRect());
    if (boxes.every(({ width, height }) => width * height === 0)) return ['no message is shown'];
    const controls = document.querySelectorAll<HTMLElement>(
      'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, [tabindex="0"]',
    );
    return [...controls]
      .filter((control) => !region.contains(control) && control.checkVisibility())
      .filter((control) => {
        const { left, top, right, bottom, width, height } = seen(control);
        if (width * height === 0) return false;
        return boxes.some(
          (box) =>
            Math.min(right, box.right) - Math.max(left, box.left) > 0.5 &&
            Math.min(bottom, box.bottom) - Math.max(top, box.top) > 0.5,
        );
      })
      .map((control) => control.getAttribute('aria-label') ?? control.textContent.trim());
  });
