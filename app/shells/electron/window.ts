import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { MenuItemConstructorOptions, BrowserWindowConstructorOptions } from 'electron';
import type { BrowserWindow, Electron } from './electron-api.ts';
import type { KioskLock } from '../wire/kiosk-lock.ts';
import { origin } from './channels.ts';

const State = z.object({
  bounds: z.object({
    x: z.int(),
    y: z.int(),
    width: z.int().min(640).max(20_000),
    height: z.int().min(480).max(20_000),
  }),
  maximized: z.boolean(),
});
type State = z.infer<typeof State>;

export const usualSize = { width: 1280, height: 800 } as const;
/** Smaller than this, the screens are not measured by `e2e/layout`, and the window cannot be made. */
export const smallestWindow = { width: 800, height: 600 } as const;

/** Where the window was; null at the first start, or where that place is on no display any more. */
function readWindowState(file: string, { screen }: Pick<Electron, 'screen'>): State | null {
  const state = State.safeParse(readJson(file)).data;
  if (state === undefined) return null;
  const { x, y, width } = state.bounds;
  // Its title bar has to be where somebody can take hold of it.
  const reachable = screen
    .getAllDisplays()
    .some(
      ({ workArea: area }) =>
        x + width > area.x + 100 &&
        x < area.x + area.width - 100 &&
        y >= area.y - 10 &&
        y < area.y + area.height - 50,
    );
  return reachable ? state : null;
}

/** Writes down where the window is whenever it is about to close. */
function keepWindowState(file: string, window: BrowserWindow): void {
  window.on('close', () => {
    // A kiosk's place is no choice of anybody.
    if (window.isKiosk() || window.isFullScreen()) return;
    const state: State = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    try {
      writeFileSync(file, JSON.stringify(state));
    } catch {
      // The window opens at its usual place the next time.
    }
  });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Keys that a locked window keeps: what a PIN is typed with. */
const PIN_KEYS = /^(?:\d|Tab|Enter|Backspace|Delete|Escape|Shift|Arrow(?:Left|Right|Up|Down)|\s)$/u;

/** Makes the window a kiosk while the lock is on: full screen, on top, and nothing leads out of it. */
export function followKiosk(
  { app, powerSaveBlocker }: Pick<Electron, 'app' | 'powerSaveBlocker'>,
  window: BrowserWindow,
  lock: KioskLock,
): void {
  let awake: number | null = null;
  const apply = (locked: boolean): void => {
    if (window.isDestroyed()) return;
    window.setKiosk(locked);
    window.setAlwaysOnTop(locked, 'screen-saver');
    window.setMenuBarVisibility(!locked);
    if (locked) {
      window.webContents.closeDevTools();
      awake ??= powerSaveBlocker.start('prevent-display-sleep');
    } else if (awake !== null) {
      powerSaveBlocker.stop(awake);
      awake = null;
    }
  };
  lock.onChange(apply);
  if (lock.locked) apply(true);
  window.on('leave-full-screen', () => lock.locked && apply(true));
  window.on('minimize', () => lock.locked && window.restore());
  window.on('close', (event) => lock.locked && event.preventDefault());
  app.on('before-quit', (event) => lock.locked && event.preventDefault());
  guardInput(window, lock);
}

function guardInput(window: BrowserWindow, lock: KioskLock): void {
  const { webContents: contents } = window;
  contents.on('before-input-event', (event, { key, control, alt, meta }) => {
    if (lock.locked && (control || alt || meta || !PIN_KEYS.test(key))) event.preventDefault();
  });
  contents.on('devtools-opened', () => lock.locked && contents.closeDevTools());
  // Zooming could hide what has to be seen, and a zoomed page stays so.
  contents.on('zoom-changed', () => lock.locked && contents.setZoomLevel(0));
}

/** Work that is lost, or has to be begun anew, when the window closes. A painting goes on later. */
const lasting: ReadonlySet<string> = new Set([
  'backup.create',
  'backup.restore',
  'enrollment.importFolder',
  'evaluation.run',
  'calibration.run',
  'models.adopt',
  'models.compare',
  'models.fetch',
  'samples.enroll',
]);

/** Asks once before a window closes over work that would be lost. */
export function askBeforeLosing(
  { dialog }: Pick<Electron, 'dialog'>,
  window: BrowserWindow,
  pending: () => readonly string[],
): void {
  let agreed = false;
  window.on('close', (event) => {
    if (agreed || event.defaultPrevented || !pending().some((name) => lasting.has(name))) return;
    const choice = dialog.showMessageBoxSync(window, {
      type: 'question',
      message: 'Likeness is still at work.',
      detail: 'What is finished so far is kept. The rest is stopped.',
      buttons: ['Stop and close', 'Continue'],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    });
    if (choice === 0) agreed = true;
    else event.preventDefault();
  });
}

/** What every platform expects of a window, and nothing that leads out of it. */
export function setMenu(
  { Menu, app }: Pick<Electron, 'Menu' | 'app'>,
  platform: NodeJS.Platform,
  inspectable: boolean,
): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(app.name, platform, inspectable)));
}

function menuTemplate(
  name: string,
  platform: NodeJS.Platform,
  inspectable: boolean,
): MenuItemConstructorOptions[] {
  const application: MenuItemConstructorOptions[] =
    platform === 'darwin' ? [{ label: name, role: 'appMenu' }] : [];
  return [
    ...application,
    { role: 'fileMenu' },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(inspectable ? ([{ role: 'reload' }, { role: 'toggleDevTools' }] as const) : []),
      ],
    },
    { role: 'windowMenu' },
  ];
}

interface WindowPlace {
  readonly preload: string;
  /** Where the place of the window is written down. */
  readonly stateFile: string;
  /** The inspector can be opened. */
  readonly inspectable: boolean;
  readonly icon: string;
}

/** The one window, hidden until its page is drawn. */
export function openWindow(
  electron: Pick<Electron, 'BrowserWindow' | 'screen'>,
  place: WindowPlace,
  lock: KioskLock,
): BrowserWindow {
  const state = readWindowState(place.stateFile, electron);
  const window = new electron.BrowserWindow(windowOptions(place, state?.bounds ?? usualSize));
  if (state?.maximized === true) window.maximize();
  keepWindowState(place.stateFile, window);
  window.once('ready-to-show', () => window.show());
  reloadAfterCrash(window);
  void window.loadURL(`${origin}/${lock.locked ? '#/kiosk' : ''}`);
  return window;
}

/** Every line that isolates the page is written out, also where it is Electron's default. */
const windowOptions = (
  { preload, inspectable, icon }: WindowPlace,
  bounds: Partial<Record<'x' | 'y' | 'width' | 'height', number>>,
): BrowserWindowConstructorOptions => ({
  ...bounds,
  minWidth: smallestWindow.width,
  minHeight: smallestWindow.height,
  show: false,
  title: 'Likeness',
  icon,
  backgroundColor: '#16171a',
  webPreferences: {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    plugins: false,
    spellcheck: false,
    devTools: inspectable,
    // A live view goes on while something lies over it.
    backgroundThrottling: false,
  },
});

const CRASHES_PER_MINUTE = 5;

/** A page that has died comes back; one that dies again and again is left alone. */
function reloadAfterCrash(window: BrowserWindow): void {
  let crashes: readonly number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = performance.now();
    crashes = [...crashes.filter((time) => now - time < 60_000), now];
    if (crashes.length <= CRASHES_PER_MINUTE) window.webContents.reload();
  });
}
