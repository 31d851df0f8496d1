import type { Page } from '@playwright/test';
import { Kiosk } from '../pages/kiosk.ts';
import { lockedServer, PIN } from '../support/kiosk.ts';
import { createHand } from '../support/hand.ts';
import { openSite } from '../support/sites.ts';
import { scenes } from '../support/camera.ts';
import { expect, test } from '../support/test.ts';

interface Attempt {
  readonly way: string;
  readonly make: (page: Page, elsewhere: string) => Promise<unknown>;
}

/** Keys that leave, reload, search, print, save, or open something, in one browser or another. */
const keys = [
  ...['Escape', 'F1', 'F3', 'F5', 'F6', 'F7', 'F11', 'F12', 'Backspace'],
  ...['Alt+ArrowLeft', 'Alt+ArrowRight', 'Alt+Home', 'Alt+d', 'Shift+Escape', 'Shift+F5'],
  ...['Control+r', 'Control+Shift+r', 'Control+w', 'Control+t', 'Control+n', 'Control+Shift+n'],
  ...['Control+l', 'Control+k', 'Control+o', 'Control+p', 'Control+s', 'Control+u', 'Control+f'],
  ...['Control+g', 'Control+h', 'Control+j', 'Control+d', 'Control+Shift+i', 'Control+Shift+j'],
  ...['Control+Shift+c', 'Control+Shift+Delete', 'Control+Tab', 'Control+1', 'Control+F4'],
  ...['Control+Equal', 'Control+Minus', 'Control+0', 'ContextMenu'],
];

const byKey = keys.map((key): Attempt => ({ way: key, make: (page) => page.keyboard.press(key) }));

const ways: readonly Attempt[] = [
  ...byKey,
  {
    way: 'shortcuts of the application',
    make: async (page) => {
      for (const key of ['?', 'g', 'p', 'g', 'e', 'Control+o']) await page.keyboard.press(key);
    },
  },
  { way: 'context menu', make: (page) => page.mouse.click(400, 300, { button: 'right' }) },
  { way: 'middle click', make: (page) => page.mouse.click(400, 300, { button: 'middle' }) },
  {
    way: 'mouse buttons for back and forward',
    make: (page) =>
      page.evaluate(() => {
        for (const button of [3, 4])
          for (const kind of ['mousedown', 'mouseup', 'auxclick'])
            document.body.dispatchEvent(new MouseEvent(kind, { button, bubbles: true }));
      }),
  },
  { way: 'dropped photo', make: (page) => dropOn(page, 'photo') },
  { way: 'dropped link', make: (page, elsewhere) => dropOn(page, elsewhere) },
  {
    way: 'dragging out and selecting',
    make: async (page) => {
      await page.mouse.move(200, 200);
      await page.mouse.down();
      await page.mouse.move(900, 700, { steps: 8 });
      await page.mouse.up();
      expect(await page.evaluate(() => getSelection()?.toString() ?? '')).toBe('');
    },
  },
  { way: 'pasted photo', make: pastePhoto },
  {
    way: 'pinch and wheel zoom',
    make: async (page) => {
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -400);
      await page.keyboard.up('Control');
      expect(await page.evaluate(() => visualViewport?.scale)).toBe(1);
    },
  },
  { way: 'another address behind #', make: (page) => inPage(page, "location.hash = '#/people'") },
  {
    way: 'an address in the history',
    make: (page) =>
      inPage(
        page,
        "history.pushState(null, '', '#/settings'); dispatchEvent(new HashChangeEvent('hashchange'))",
      ),
  },
  { way: 'back', make: (page) => inPage(page, 'history.back()') },
  { way: 'forward', make: (page) => inPage(page, 'history.forward()') },
  { way: 'reload', make: (page) => page.reload() },
  {
    way: 'a link to another site',
    make: (page, elsewhere) =>
      inPage(
        page,
        `Object.assign(document.body.appendChild(document.createElement('a')), { href: '${elsewhere}' }).click()`,
      ),
  },
  {
    way: 'going to another site',
    make: (page, elsewhere) => inPage(page, `location.href = '${elsewhere}'`),
  },
  {
    way: 'a new window',
    make: (page, elsewhere) => inPage(page, `window.open('${elsewhere}', '_blank', 'noopener')`),
  },
  { way: 'print', make: (page) => inPage(page, 'window.print()') },
  { way: 'closing the window by script', make: (page) => inPage(page, 'window.close()') },
  {
    way: 'an error',
    make: (page) => inPage(page, "setTimeout(() => { throw new Error('on purpose'); })"),
  },
  {
    way: 'a rejection',
    make: (page) => inPage(page, "void Promise.reject(new Error('on purpose'))"),
  },
  {
    way: 'leaving full screen',
    make: (page) => inPage(page, 'document.exitFullscreen().catch(() => {})'),
  },
  {
    way: 'the keyboard through all controls',
    make: async (page) => {
      for (let n = 0; n < 12; n++) {
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await page.keyboard.press('Escape');
      }
    },
  },
  {
    way: 'wrong PINs',
    make: async (page) => {
      const kiosk = new Kiosk(page, createHand(page, 'mouse'));
      await kiosk.enter('000000');
      await expect(kiosk.pad.getByRole('status')).toContainText(/PIN/u);
      await page.keyboard.press('Escape');
      // For a second no other PIN is heard, the right one neither.
      await page.waitForTimeout(1_100);
    },
  },
];

const inPage = (page: Page, code: string): Promise<unknown> => page.evaluate(code);

/** What a page lets pass, the browser opens. */
const dropOn = (page: Page, fill: string): Promise<void> =>
  page.evaluate((what) => {
    const dataTransfer = new DataTransfer();
    if (what === 'photo')
      dataTransfer.items.add(new File(['picture'], 'party.jpg', { type: 'image/jpeg' }));
    else dataTransfer.setData('text/uri-list', what);
    for (const kind of ['dragover', 'drop']) {
      const event = new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector('main')!.dispatchEvent(event);
      if (!event.defaultPrevented) throw new Error(`${kind} was let pass.`);
    }
  }, fill);

function pastePhoto(page: Page): Promise<void> {
  return page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(['picture'], 'party.jpg', { type: 'image/jpeg' }));
    document.body.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  });
}

test.use({ scene: scenes.nobody });

test(`the kiosk is left by none of ${ways.length} ways`, async ({ server, tab }) => {
  await using outside = await openSite();
  const locked = await lockedServer(server);
  const kiosk = new Kiosk(tab, createHand(tab, 'mouse'));
  const unprevented = await noteLetPass(tab);
  await kiosk.open(locked.link);
  for (const { way, make } of ways)
    await test.step(way, async () => {
      await make(tab, `${outside.origin}/elsewhere`);
      await kiosk.expectLocked();
    });
  expect(outside.visits).toEqual([]);
  expect(await unprevented()).toEqual([]);
  // The lock is the server's: another page of the same link is locked, too.
  await tab.goto(locked.link);
  await kiosk.expectLocked();
  await kiosk.enter(PIN);
  await expect(tab.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await locked.end();
});

/** Keys with a meaning of their own in browsers that the page did not take for itself. */
async function noteLetPass(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const letPass: string[] = [];
    Object.assign(globalThis, { letPass });
    addEventListener(
      'keydown',
      (event) => {
        const special = event.ctrlKey || event.altKey || /^F\d/u.test(event.key);
        setTimeout(() => {
          if (special && !event.defaultPrevented && !['Control', 'Alt'].includes(event.key))
            letPass.push(
              [event.ctrlKey && 'Control', event.altKey && 'Alt', event.key]
                .filter(Boolean)
                .join('+'),
            );
        });
      },
      { capture: true },
    );
  });
  return () => page.evaluate(() => (globalThis as unknown as { letPass: string[] }).letPass);
}
