import type { Page } from '@playwright/test';
import { Live } from '../pages/live.ts';
import { Window } from '../pages/window.ts';
import { ada, bea, cleo } from '../support/photos.ts';
import { modelHosts } from '../support/hosts.ts';
import { scenes } from '../support/camera.ts';
import { expect, test } from '../support/test.ts';
import { playWebcam } from '../support/webcam.ts';

test.use({ scene: scenes.nobody, enrolled: { Bea: 2, Cleo: 2 } });

const windows = [
  [800, 600],
  [1024, 700],
  [1280, 800],
  [1920, 1080],
  [1080, 1920],
  [480, 800],
] as const;

test('everybody whom the camera sees is shown, and every label whole', async ({
  tab,
  hand,
  server,
}, info) => {
  const sitter = [bea, ada, cleo];
  await playWebcam(tab, {
    pictures: [{ width: 1280, height: 720, sitter }],
    framesPerSecond: 15,
  });
  const app = new Window(tab, hand);
  await app.open(server.link);
  await app.goTo('Live');
  const live = new Live(app);
  for (const name of ['Bea', 'Cleo'])
    await expect(live.named(name)).toBeVisible({ timeout: 90_000 });
  await expect(live.inView.getByText('Unknown')).toBeVisible({ timeout: 90_000 });
  for (const [width, height] of windows)
    for (const colorScheme of ['light', 'dark'] as const) {
      await tab.setViewportSize({ width, height });
      await tab.emulateMedia({ colorScheme });
      await expect(tab.locator('.stage .label')).toHaveCount(3);
      // Labels are moved with every picture of the screen.
      await expect.poll(async () => faultsOf(await measure(tab)), { timeout: 15_000 }).toEqual([]);
      const shot = `live-${width}x${height}-${colorScheme}`;
      await info.attach(shot, { body: await tab.screenshot(), contentType: 'image/png' });
    }
});

test('a box goes with its face, also when no answer comes', async ({ tab, hand, server }) => {
  const size = { width: 1280, height: 720 };
  const nextPicture = await playWebcam(tab, {
    pictures: [
      { ...size, sitter: [null, bea, null] },
      { ...size, sitter: null },
    ],
    framesPerSecond: 15,
  });
  const app = new Window(tab, hand);
  await app.open(server.link);
  await app.goTo('Live');
  await expect(new Live(app).named('Bea')).toBeVisible({ timeout: 90_000 });
  const label = tab.locator('.stage .label');
  await expect(label).toBeVisible();
  const [host] = modelHosts(server.child.pid!);
  // As slow as a machine can be.
  process.kill(host!.pid, 'SIGSTOP');
  try {
    await nextPicture();
    await expect(label).toBeHidden({ timeout: 2_000 });
    await expect(new Live(app).named('Bea')).toHaveCount(0, { timeout: 6_000 });
  } finally {
    process.kill(host!.pid, 'SIGCONT');
  }
});

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Measured {
  /** The camera picture, and of the space that it has. */
  readonly picture: Rectangle;
  readonly stage: Rectangle;
  /** Of the camera: width by height. */
  readonly aspect: number;
  readonly labels: readonly Rectangle[];
  readonly status: Rectangle;
  readonly overflow: number;
  readonly window: { readonly width: number; readonly height: number };
}

const measure = (page: Page): Promise<Measured> =>
  page.evaluate(() => {
    const rectangle = (element: Element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { left, top, right, bottom };
    };
    const one = (selector: string) => document.querySelector(selector)!;
    const video = one('.stage video') as HTMLVideoElement;
    return {
      picture: rectangle(video),
      stage: rectangle(one('.stage')),
      aspect: video.videoWidth / video.videoHeight,
      labels: [...document.querySelectorAll('.stage .label')].map(rectangle),
      status: rectangle(one('.stage .facts')),
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      window: { width: innerWidth, height: innerHeight },
    };
  });

/** What is cut, covered or out of the window, in words. */
function faultsOf({
  picture,
  stage,
  aspect,
  labels,
  status,
  overflow,
  window,
}: Measured): string[] {
  const faults: string[] = [];
  const expectThat = (holds: boolean, fault: string) => holds || faults.push(fault);
  const shown = (picture.right - picture.left) / (picture.bottom - picture.top);
  expectThat(Math.abs(shown / aspect - 1) < 0.02, `the picture is cut: ${shown} for ${aspect}`);
  expectThat(within(picture, stage), 'the picture leaves its stage');
  expectThat(stage.right <= window.width + 1, 'the stage leaves the window');
  expectThat(stage.bottom <= window.height + 1, 'the status leaves the window');
  expectThat(picture.right - picture.left > 200, 'the picture is too small to see anybody');
  expectThat(overflow <= 0, 'the page overflows');
  for (const [i, label] of labels.entries()) {
    expectThat(within(label, picture), `label ${i} leaves the picture`);
    expectThat(!overlap(label, status), `label ${i} covers the status`);
    for (const other of labels.slice(i + 1))
      expectThat(!overlap(label, other), `label ${i} covers another`);
  }
  return faults;
}

const within = (inner: Rectangle, outer: Rectangle): boolean =>
  inner.left >= outer.left - 1 &&
  inner.top >= outer.top - 1 &&
  inner.right <= outer.right + 1 &&
  inner.bottom <= outer.bottom + 1;

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
