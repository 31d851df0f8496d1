import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { cameraFile, type Scene } from '../../e2e/support/camera.ts';
import { chromiumArguments, findChromium } from '../../e2e/support/chromium.ts';
import { processTree } from '../../e2e/support/hosts.ts';
import { album } from '../../e2e/support/photos.ts';
import { enrollAlbum, startServer, type Server } from '../../e2e/support/server.ts';
import { installProbe, type Probe, type Seen } from './page-probe.ts';

/** The built application in a real Chromium, whose webcam sees a scene. Ada is enrolled. */
export interface LiveWindow extends AsyncDisposable {
  readonly page: Page;
  readonly server: Server;
  /** Process numbers of the server and of the browser. */
  readonly roots: readonly number[];
  readonly started: StartTimes;
  /** Watches the page for so long. */
  readonly watch: (seconds: number) => Promise<Seen>;
}

/** Milliseconds, each from the start of the server's process. */
export interface StartTimes {
  readonly serverReady: number;
  readonly browserReady: number;
  /** The camera's first picture is on the screen. */
  readonly firstPicture: number;
}

export async function openLiveWindow(scene: Scene): Promise<LiveWindow> {
  const executablePath = requireChromium();
  const camera = await cameraFile(scene);
  const dataDir = await mkdtemp(path.join(tmpdir(), 'likeness-bench-'));
  const photos = path.join(dataDir, 'photos');
  await enrollAlbum(dataDir, await album(photos, { Ada: 2 }));

  const start = performance.now();
  const since = (): number => performance.now() - start;
  // As `npm start` does: the browser is opened by the link that the server prints.
  const server = await startServer([], dataDir);
  const serverReady = since();
  const browser = await chromium.launch({ executablePath, args: chromiumArguments(camera) });
  const browserReady = since();
  const page = await openPage(browser);
  await page.goto(server.link, { waitUntil: 'commit' });
  await page.waitForFunction(showsPicture, undefined, { polling: 'raf' });
  const firstPicture = since();

  return {
    page,
    server,
    roots: [server.child.pid!, browserPid(camera)],
    started: { serverReady, browserReady, firstPicture },
    watch: (seconds) => watch(page, seconds),
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await server.stop();
    },
  };
}

async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    permissions: ['camera'],
  });
  const page = await context.newPage();
  await page.addInitScript(installProbe);
  return page;
}

/** Runs in the page. */
const showsPicture = (): boolean => (document.querySelector('video')?.currentTime ?? 0) > 0;

type ProbedPage = typeof globalThis & { readonly likenessProbe: Probe };

async function watch(page: Page, seconds: number): Promise<Seen> {
  await page.evaluate(() => (globalThis as ProbedPage).likenessProbe.begin());
  await page.waitForTimeout(seconds * 1000);
  return page.evaluate(() => (globalThis as ProbedPage).likenessProbe.end());
}

/** Playwright does not tell; the camera's file is on the browser's command line. */
function browserPid(camera: string): number {
  const own = processTree(process.pid);
  return own.find(({ command }) => command.includes(camera) && !command.includes('--type='))!.pid;
}

function requireChromium(): string {
  const found = findChromium();
  if (found === undefined)
    throw new Error('There is no Chromium to measure in. Install one, or set LIKENESS_CHROMIUM.');
  return found;
}
