import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

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
  readonly link: string;
  readonly browser: string;
  /** Its own profile: no extensions, no history beside the user's; the camera's permission stays. */
  readonly profile: string;
  readonly kiosk: boolean;
}

/** What the browser is started with. */
export function browserArguments({ link, profile, kiosk }: BrowserWindow, root: boolean): string[] {
  return [
    `--app=${link}`,
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

/** Opens the window; the promise settles when it is gone. Ending the signal ends the browser. */
export function openBrowser(window: BrowserWindow, signal: AbortSignal): Promise<BrowserEnd> {
  const root = process.getuid?.() === 0;
  const child = spawn(window.browser, browserArguments(window, root), { stdio: 'ignore' });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  return ended(child).finally(() => signal.removeEventListener('abort', stop));
}

const ended = (child: ChildProcess): Promise<BrowserEnd> =>
  new Promise((resolve) => {
    child.once('error', () => resolve('failed'));
    child.once('exit', (code) => resolve(code === 0 || code === null ? 'closed' : 'failed'));
  });
