import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Browsers that show a page as a window of its own, the first that is there. */
const names: Readonly<Record<string, readonly string[]>> = {
  linux: [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
    'brave-browser',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'Google\\Chrome\\Application\\chrome.exe',
    'Microsoft\\Edge\\Application\\msedge.exe',
    'Chromium\\Application\\chrome.exe',
  ],
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Path of a Chromium-like browser; null where there is none. */
export function findBrowser(
  platform: string = process.platform,
  env: Environment = process.env,
  exists: (file: string) => boolean = existsSync,
): string | null {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const folders =
    platform === 'win32'
      ? [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']]
      : (env['PATH'] ?? '').split(paths.delimiter);
  const files = (names[platform] ?? []).flatMap((name) =>
    paths.isAbsolute(name)
      ? [name]
      : folders.filter(Boolean).map((folder) => paths.join(folder!, name)),
  );
  return files.find((file) => exists(file)) ?? null;
}

export interface BrowserWindow {
  /** Made when the browser starts: it opens this window and no other. */
  readonly newLink: () => string;
  readonly browser: string;
  /** Its own profile: no extensions, no history beside the user's; the camera's permission stays. */
  readonly profile: string;
  readonly kiosk: boolean;
}

/**
 * What the browser is started with. Everybody on this machine can read it in the list of processes,
 * so that it names a page in a file instead of the link.
 */
export function browserArguments(
  { profile, kiosk }: Pick<BrowserWindow, 'profile' | 'kiosk'>,
  page: string,
  root: boolean,
): string[] {
  return [
    `--app=${pathToFileURL(page).href}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-extensions',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
    '--window-size=1280,800',
    ...(kiosk ? ['--kiosk', '--disable-pinch', '--overscroll-history-navigation=0'] : []),
    // Chromium does not start for root otherwise.
    ...(root ? ['--no-sandbox'] : []),
  ];
}

/** How a window ended: closed by a person, or it never came up. */
export type BrowserEnd = 'closed' | 'failed';

/** Milliseconds after which the page that leads to the window is removed; its link is used by then. */
const PAGE_LIFE = 60_000;

/** Opens the window; the promise settles when it is gone. Ending the signal ends the browser. */
export async function openBrowser(window: BrowserWindow, signal: AbortSignal): Promise<BrowserEnd> {
  const root = process.getuid?.() === 0;
  const page = await leadingPage(window);
  const child = spawn(window.browser, browserArguments(window, page, root), { stdio: 'ignore' });
  const removal = setTimeout(() => void rm(page, { force: true }), PAGE_LIFE);
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await ended(child);
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(removal);
    await rm(page, { force: true });
  }
}

/** A page that leads to the window, in a file that nobody else can read. */
async function leadingPage({ profile, newLink }: BrowserWindow): Promise<string> {
  await mkdir(profile, { recursive: true, mode: 0o700 });
  const page = path.join(profile, `open-${randomUUID()}.html`);
  const text = `<!doctype html><title>Likeness</title><script>location.replace(${JSON.stringify(newLink())})</script>`;
  await writeFile(page, text, { mode: 0o600, flag: 'wx' });
  return page;
}

const ended = (child: ChildProcess): Promise<BrowserEnd> =>
  new Promise((resolve) => {
    child.once('error', () => resolve('failed'));
    child.once('exit', (code) => resolve(code === 0 || code === null ? 'closed' : 'failed'));
  });
