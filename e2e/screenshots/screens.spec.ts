import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { Compare } from '../pages/compare.ts';
import { FolderImport } from '../pages/folder-import.ts';
import { Photos } from '../pages/photos.ts';
import { Kiosk } from '../pages/kiosk.ts';
import { Live } from '../pages/live.ts';
import { People } from '../pages/people.ts';
import { Studio } from '../pages/studio.ts';
import type { Window } from '../pages/window.ts';
import { motionIsOver } from '../support/axe.ts';
import { scenes } from '../support/camera.ts';
import { lockedServer } from '../support/kiosk.ts';
import type { Server } from '../support/server.ts';
import {
  ada,
  addRefusals,
  album,
  groupPhoto,
  otherPortraitOfAda,
  portrait,
} from '../support/photos.ts';
import { expect, test as base } from '../support/test.ts';

const images = path.resolve(import.meta.dirname, '../../docs/images');

/** A webcam that is a file is named after it; a real one has a name. */
const test = base.extend({
  tab: async ({ tab }, use) => {
    await tab.addInitScript(() => {
      const devices = navigator.mediaDevices;
      const list = devices.enumerateDevices.bind(devices);
      devices.enumerateDevices = async () =>
        (await list()).map(({ deviceId, groupId, kind, label }) => {
          const shown = label.includes('/') ? 'Integrated camera' : label;
          const device = { deviceId, groupId, kind, label: shown };
          return { ...device, toJSON: () => device };
        });
    });
    await use(tab);
  },
});

/** WebP: photographs at a tenth of their size as PNG. */
async function take(page: Page, name: string): Promise<void> {
  await motionIsOver(page);
  mkdirSync(images, { recursive: true });
  await sharp(await page.screenshot())
    .webp({ quality: 82, effort: 6 })
    .toFile(path.join(images, `${name}.webp`));
}

const portraits = { Ada: 3, Bea: 2, Cleo: 2, Dora: 1, Edda: 1, Fay: 2 };

/** Curves from the portraits: few people, but all of the screen. */
async function measurePortraits(server: Server, folder: string): Promise<void> {
  const people = await album(path.join(folder, 'album'), portraits);
  await server.likeness('evaluate', '--images', people, '--all');
}

/** Runs in the page. */
const videoPlays = (): boolean => (document.querySelector('video')?.currentTime ?? 0) > 0.5;

const places: Readonly<Record<string, (app: Window, folder: string) => Promise<unknown>>> = {
  live: async (app) => {
    await app.goTo('Live');
    await new Live(app).expectRecognized('Ada');
  },
  people: async (app) => {
    await app.goTo('People');
    await expect(new People(app).person('Ada')).toBeVisible();
  },
  person: (app) => new People(app).openPerson('Ada'),
  identify: async (app) => {
    const photos = new Photos(app);
    await photos.give(groupPhoto);
    await expect(photos.face('Ada')).toBeVisible({ timeout: 90_000 });
    await photos.openFace('Ada');
  },
  compare: async (app, folder) => {
    const compare = new Compare(app);
    await app.goTo('Compare');
    await compare.put('First picture', await portrait(folder, ada));
    await compare.put('Second picture', await otherPortraitOfAda(folder));
    await expect(compare.verdict(/person/u)).toBeVisible({ timeout: 90_000 });
  },
  import: async (app, folder) => {
    const root = await album(path.join(folder, 'import'), portraits);
    await addRefusals(root);
    mkdirSync(path.join(root, 'Gil'));
    copyFileSync(groupPhoto, path.join(root, 'Gil', 'party.jpg'));
    const work = new FolderImport(app);
    await work.open();
    await work.begin(root);
    await expect(work.progress.getByText('The import is done.')).toBeVisible({ timeout: 90_000 });
    await expect(work.refusals).toBeVisible();
  },
  /** The sample photo and the style that it opens with. */
  studio: async (app) => {
    const studio = new Studio(app);
    await app.goTo('Studio');
    await expect(studio.paint).toBeEnabled({ timeout: 90_000 });
    await app.hand.slide(app.page.getByRole('slider', { name: 'Size', exact: true }), 4);
    await expect(studio.paint).toBeEnabled({ timeout: 90_000 });
    await studio.start();
    await expect
      .poll(async () => Number(await studio.progress.getAttribute('aria-valuenow')), {
        timeout: 400_000,
      })
      .toBeGreaterThan(85);
  },
  calibrate: async (app) => {
    await app.goTo('Calibrate');
    await expect(app.page.getByText(/strangers would be named$/u)).toBeVisible({ timeout: 90_000 });
  },
  activity: (app) => app.goTo('Activity'),
  settings: async (app) => {
    await app.goTo('Settings');
    await app.page.waitForFunction(videoPlays);
  },
};

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(colorScheme, () => {
    test.use({
      colorScheme,
      scene: scenes.ada,
      enrolled: portraits,
      viewport: { width: 1280, height: 800 },
    });

    test('all screens', async ({ app, folder, server }) => {
      test.setTimeout(900_000);
      await measurePortraits(server, folder);
      for (const [place, come] of Object.entries(places))
        await test.step(place, async () => {
          await come(app, folder);
          await take(app.page, `${place}-${colorScheme}`);
        });
    });
  });

test.describe('guide', () => {
  test.use({ firstStart: true, viewport: { width: 1280, height: 800 } });

  for (const colorScheme of ['light', 'dark'] as const)
    test.describe(colorScheme, () => {
      test.use({ colorScheme });
      test('first start', async ({ app }) => {
        await expect(app.heading('Whose face is it?')).toBeVisible();
        await take(app.page, `guide-${colorScheme}`);
      });
    });
});

test.describe('kiosk', () => {
  test.use({
    scene: scenes.visitor,
    enrolled: { Ada: 2 },
    viewport: { width: 1080, height: 1920 },
  });

  test('kiosk, invitation and result', async ({ server, tab, hand }) => {
    const locked = await lockedServer(server);
    const kiosk = new Kiosk(tab, hand);
    await kiosk.open(locked.link);
    await expect(kiosk.said('Welcome. Please look at the camera.')).toBeVisible();
    await tab.waitForFunction(videoPlays);
    await take(tab, 'kiosk-invitation');
    await expect(kiosk.said('Hello, Ada!')).toBeVisible({ timeout: 90_000 });
    await take(tab, 'kiosk-result');
    await locked.end();
  });
});
