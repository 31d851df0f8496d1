import type { Page } from '@playwright/test';
import { Live } from '../pages/live.ts';
import { Window } from '../pages/window.ts';
import { scenes } from '../support/camera.ts';
import { expect, test } from '../support/test.ts';

test.use({ scene: scenes.ada });

type Counting = typeof globalThis & { openings: number };

/** Runs in the page, before its own scripts. */
function countOpenings(): void {
  const counting = globalThis as Counting;
  counting.openings = 0;
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wanted) => {
    counting.openings += 1;
    return open(wanted);
  };
}

const openings = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as Counting).openings);

test.describe('somebody is enrolled', () => {
  test.use({ enrolled: { Ada: 2 } });

  test('the camera that comes up ahead of the window is the one that is shown', async ({
    hand,
    server,
    tab,
  }) => {
    await tab.addInitScript(countOpenings);
    const app = new Window(tab, hand);
    await app.open(server.link);
    await expect(tab.locator('html')).toHaveAttribute('data-camera', '');
    await new Live(app).expectRecognized('Ada');
    expect(await openings(tab)).toBe(1);
  });
});

test.describe('the first start', () => {
  test.use({ firstStart: true });

  test('no camera comes up while the guide asks what to do', async ({ hand, server, tab }) => {
    await tab.addInitScript(countOpenings);
    const app = new Window(tab, hand);
    await app.open(server.link);
    await expect(app.heading('Whose face is it?')).toBeVisible();
    expect(await openings(tab)).toBe(0);
  });
});
