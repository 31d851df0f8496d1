import {
  chromium,
  test as base,
  type Browser,
  type BrowserContext,
  type Page,
} from '@playwright/test';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Window } from '../pages/window.ts';
import { cameraFile, type Scene } from './camera.ts';
import { chromiumArguments, findChromium } from './chromium.ts';
import { connect } from './client.ts';
import { createHand, type Hand } from './hand.ts';
import { album, type Album } from './photos.ts';
import { enrollAlbum, startServer, type Server } from './server.ts';

export interface Options {
  /** What the webcam sees; null: there is none. */
  readonly scene: Scene | null;
  /** More words for `likeness serve`. */
  readonly serverOptions: readonly string[];
  /** People who are enrolled, with so many photos each, before the application starts. */
  readonly enrolled: Album;
  readonly handKind: Hand['kind'];
  /** The guide of the first start is shown; else it was passed over. */
  readonly firstStart: boolean;
}

interface Fixtures {
  /** For files of this test. */
  readonly folder: string;
  readonly server: Server;
  readonly browserWithCamera: Browser;
  /** A context of that browser, as a person has it. */
  readonly visitor: BrowserContext;
  /** An empty page of it. */
  readonly tab: Page;
  readonly hand: Hand;
  /** The application, opened. */
  readonly app: Window;
}

/** What the tests of one process share, as it does not change between them. */
interface Shared {
  /** Gives the data folder in which these people are enrolled, to be copied. */
  readonly houseOf: (people: Album) => Promise<string>;
  /** Gives a Chromium without a webcam. */
  readonly browserWithoutCamera: () => Promise<Browser>;
}

/** Every test has a server and a data folder of its own, and a Chromium with its own webcam. */
export const test = base.extend<Options & Fixtures, Shared>({
  houseOf: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const root = mkdtempSync(path.join(tmpdir(), 'likeness-e2e-houses-'));
      const houses = new Map<string, Promise<string>>();
      await use((people) => {
        const key = JSON.stringify(people);
        const house = houses.get(key) ?? enrolled(path.join(root, `${houses.size}`), people);
        houses.set(key, house);
        return house;
      });
      rmSync(root, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  browserWithoutCamera: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      let browser: Promise<Browser> | undefined;
      await use(() => (browser ??= launch(null)));
      await (await browser)?.close();
    },
    { scope: 'worker' },
  ],
  scene: [null, { option: true }],
  serverOptions: [[], { option: true }],
  enrolled: [{}, { option: true }],
  handKind: ['mouse', { option: true }],
  firstStart: [false, { option: true }],
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'likeness-e2e-files-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  server: async ({ serverOptions, enrolled, houseOf, firstStart }, use) => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'likeness-e2e-'));
    if (Object.keys(enrolled).length > 0)
      cpSync(await houseOf(enrolled), dataDir, { recursive: true });
    const server = await startServer(serverOptions, dataDir);
    try {
      if (!firstStart) await passOverGuide(server.link);
      await use(server);
    } finally {
      await server.stop();
    }
  },
  browserWithCamera: async ({ scene, browserWithoutCamera }, use) => {
    if (scene === null) {
      await use(await browserWithoutCamera());
    } else {
      const browser = await launch(scene);
      await use(browser);
      await browser.close();
    }
  },
  visitor: async ({ browserWithCamera, colorScheme, viewport }, use) => {
    const context = await browserWithCamera.newContext({
      viewport,
      locale: 'en-GB',
      colorScheme,
      permissions: ['camera'],
    });
    await use(context);
    await context.close();
  },
  tab: async ({ visitor }, use) => {
    await use(await visitor.newPage());
  },
  hand: async ({ tab, handKind }, use) => {
    await use(createHand(tab, handKind));
  },
  app: async ({ server, tab, hand }, use) => {
    const app = new Window(tab, hand);
    await app.open(server.link);
    await use(app);
  },
});

async function launch(scene: Scene | null): Promise<Browser> {
  const executablePath = findChromium();
  return await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: chromiumArguments(scene === null ? undefined : await cameraFile(scene)),
  });
}

async function enrolled(folder: string, people: Album): Promise<string> {
  const dataDir = path.join(folder, 'data');
  mkdirSync(dataDir, { recursive: true });
  await enrollAlbum(dataDir, await album(path.join(folder, 'photos'), people));
  return dataDir;
}

async function passOverGuide(link: string): Promise<void> {
  using client = await connect(link);
  await client.call('settings.set', { changes: { guideDone: true } });
}

export { expect } from '@playwright/test';
