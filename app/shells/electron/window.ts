import type { BrowserWindowConstructorOptions } from 'electron';
import type { KioskLock } from '../wire/kiosk-lock.ts';
import { origin } from './channels.ts';
import type { BrowserWindow, Electron } from './electron-api.ts';
import { keepWindowState, readWindowState, smallestWindow, usualSize } from './window-state.ts';

export interface WindowPlace {
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
