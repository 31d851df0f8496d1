import { chromium, test as base, type Browser, type Page } from '@playwright/test';
import { cameraFile, type Scene } from './camera.ts';
import { chromiumArguments, findChromium } from './chromium.ts';
import { startServer, type Server } from './server.ts';

interface Options {
  /** What the webcam sees; null: there is none. */
  readonly scene: Scene | null;
  /** More words for `likeness serve`. */
  readonly serverOptions: readonly string[];
}

interface Fixtures {
  readonly server: Server;
  readonly browserWithCamera: Browser;
  /** The application, opened. */
  readonly app: Page;
}

/** Every test has a server and a data folder of its own, and a Chromium with its own webcam. */
export const test = base.extend<Options & Fixtures>({
  scene: [null, { option: true }],
  serverOptions: [[], { option: true }],
  server: async ({ serverOptions }, use) => {
    const server = await startServer(serverOptions);
    await use(server);
    await server.stop();
  },
  browserWithCamera: async ({ scene }, use) => {
    const executablePath = findChromium();
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: chromiumArguments(scene === null ? undefined : await cameraFile(scene)),
    });
    await use(browser);
    await browser.close();
  },
  app: async ({ server, browserWithCamera, colorScheme }, use) => {
    const context = await browserWithCamera.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      ...(colorScheme === undefined ? {} : { colorScheme }),
      permissions: ['camera'],
    });
    const page = await context.newPage();
    await page.goto(server.link);
    await use(page);
    await context.close();
  },
});

export { expect } from '@playwright/test';
