import type { Locator, Page } from '@playwright/test';
import { Live } from '../pages/live.ts';
import { People } from '../pages/people.ts';
import { Window } from '../pages/window.ts';
import { scenes, type Size } from '../support/camera.ts';
import { connect } from '../support/client.ts';
import type { Hand } from '../support/hand.ts';
import { busyMachine } from '../support/load.ts';
import { ada, bea, cleo, portrait } from '../support/photos.ts';
import type { Server } from '../support/server.ts';
import { expect, test } from '../support/test.ts';
import { playWebcam, type Webcam } from '../support/webcam.ts';

/** Cameras as people have them. */
const webcams: Readonly<Record<string, Size & { readonly framesPerSecond: number }>> = {
  '640×480': { width: 640, height: 480, framesPerSecond: 30 },
  '1280×720': { width: 1280, height: 720, framesPerSecond: 30 },
  '1920×1080': { width: 1920, height: 1080, framesPerSecond: 30 },
  '720×1280, upright': { width: 720, height: 1280, framesPerSecond: 30 },
  '1280×720, 5 frames a second': { width: 1280, height: 720, framesPerSecond: 5 },
};

/** All cameras on a busy machine take minutes: `LIKENESS_CAMERAS=all npm run e2e -- enroll-by-camera`. */
const everyCamera = process.env['LIKENESS_CAMERAS'] === 'all';

test.describe('a webcam of 640×480', () => {
  test.use({ scene: scenes.ada });

  test('somebody is enrolled by the camera and recognized live', async ({ app }) => {
    const live = new Live(app);
    await app.goTo('Live');
    await expect(live.inView.getByText('Unknown')).toBeVisible({ timeout: 90_000 });
    await live.enrollUnknown('Ada');
    await expect(app.messages.getByText('Ada is enrolled.')).toBeVisible();
    await live.expectRecognized('Ada');

    await app.goTo('People');
    await expect(new People(app).person('Ada')).toContainText('5 photos');
  });
});

test.describe('the only unknown face of three', () => {
  test.use({ scene: scenes.three, enrolled: { Bea: 2, Cleo: 2 } });

  test('is the one that a webcam of 1280×720 takes pictures of', async ({
    app,
    folder,
    server,
  }) => {
    await app.goTo('Live');
    await takesPicturesOfAda({ app, server, folder, alone: false });
  });
});

test.describe('a camera that changes its size', () => {
  test.use({ scene: scenes.nobody, enrolled: { Bea: 2, Cleo: 2 } });

  test('goes on with the same face', async ({ tab, hand, server, folder }) => {
    const sitter = [bea, ada, cleo];
    const webcam: Webcam = {
      pictures: [
        { width: 640, height: 480, sitter },
        { width: 1280, height: 720, sitter },
        { width: 720, height: 1280, sitter },
      ],
      framesPerSecond: 15,
    };
    const { app, nextPicture } = await openBefore(webcam, { tab, hand, server });
    const meanwhile = async (dialog: Locator) => {
      for (const taken of [1, 3]) {
        await expect(dialog.getByText(new RegExp(`^[${taken}-5] of 5`, 'u'))).toBeVisible();
        await nextPicture();
      }
    };
    await takesPicturesOfAda({ app, server, folder, alone: false, meanwhile });
  });
});

for (const [name, { framesPerSecond, ...size }] of everyCamera ? Object.entries(webcams) : [])
  for (const alone of [true, false])
    test.describe(`${name}, ${alone ? 'alone' : 'three in view'}, on a busy machine`, () => {
      test.use({ scene: scenes.nobody, enrolled: { Bea: 2, Cleo: 2 } });

      test('takes five pictures of the right face', async ({ tab, hand, server, folder }) => {
        using _load = busyMachine(4);
        const sitter = alone ? [null, ada, null] : [bea, ada, cleo];
        const webcam = { pictures: [{ ...size, sitter }], framesPerSecond };
        const { app } = await openBefore(webcam, { tab, hand, server });
        await takesPicturesOfAda({ app, server, folder, alone });
      });
    });

interface Opening {
  readonly tab: Page;
  readonly hand: Hand;
  readonly server: Server;
}

async function openBefore(webcam: Webcam, { tab, hand, server }: Opening) {
  const nextPicture = await playWebcam(tab, webcam);
  const app = new Window(tab, hand);
  await app.open(server.link);
  await app.goTo('Live');
  return { app, nextPicture };
}

interface Sitting {
  readonly app: Window;
  readonly server: Server;
  readonly folder: string;
  readonly alone: boolean;
  /** What happens while the pictures are taken. */
  readonly meanwhile?: (dialog: Locator) => Promise<void>;
}

/** Five pictures, in each of which recognition sees Ada and nobody else. */
async function takesPicturesOfAda({
  app,
  server,
  folder,
  alone,
  meanwhile,
}: Sitting): Promise<void> {
  const live = new Live(app);
  if (!alone) {
    // In an upright picture the neighbors reach into each other's parts, and stand there twice.
    await expect(live.named('Bea').first()).toBeVisible({ timeout: 90_000 });
    await expect(live.named('Cleo').first()).toBeVisible({ timeout: 90_000 });
  }
  await expect(live.inView.getByText('Unknown')).toHaveCount(1, { timeout: 90_000 });
  const began = performance.now();
  const dialog = await live.takePictures(meanwhile);
  test.info().annotations.push({
    type: 'seconds for five pictures',
    description: ((performance.now() - began) / 1000).toFixed(1),
  });
  const pictures = await live.picturesTaken(dialog);
  expect(pictures).toHaveLength(5);
  using client = await connect(server.link);
  const photo = { path: await portrait(folder, ada) };
  for (const [i, bytes] of pictures.entries()) {
    const taken = { bytes, name: `Picture ${i + 1}` };
    const compared = await client.call('verification.verify', {
      a: taken,
      b: photo,
      severalFaces: 'largest',
    });
    expect(compared.same, `picture ${i + 1}, at a distance of ${compared.distance}`).toBe(true);
  }
}
