import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Backend } from '../wire/access.ts';
import { openKioskLock, type KioskLock } from '../wire/kiosk-lock.ts';
import { askBeforeLosing, followKiosk, setMenu, openWindow } from './window.ts';
import { converse } from './conversations.ts';
import type { BrowserWindow, Electron } from './electron-api.ts';
import { refuseNavigation, grantCameraAndNotices, sealNetwork } from './permissions.ts';
import { announceScheme, servePages } from './pages.ts';

/** Where this program's own files lie, and what it works on. */
export interface Surroundings {
  readonly arguments: readonly string[];
  readonly platform: NodeJS.Platform;
  readonly dataDir: string;
  /** Folder of the built window. */
  readonly pages: string;
  readonly preload: string;
  readonly icon: string;
  /** Called once Electron is ready. */
  readonly openBackend: () => Backend & AsyncDisposable;
}

/** From start to the open window; null where another Likeness has taken over. */
export async function startApplication(
  electron: Electron,
  surroundings: Surroundings,
): Promise<BrowserWindow | null> {
  const { app } = electron;
  const { dataDir, platform } = surroundings;
  keepFilesIn(app, dataDir);
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return null;
  }
  app.enableSandbox();
  announceScheme(electron);
  refuseNavigation(electron);
  await app.whenReady();
  const session = electron.session.defaultSession;
  grantCameraAndNotices(session);
  sealNetwork(session);
  servePages(electron, surroundings.pages);
  setMenu(electron, platform, !app.isPackaged);
  const backend = surroundings.openBackend();
  endTogether(app, backend);
  const lock = await openKioskLock(backend, surroundings.arguments.includes('--kiosk'));
  const window = openGuardedWindow(electron, surroundings, backend, lock);
  app.on('second-instance', () => show(window));
  app.on('window-all-closed', () => app.quit());
  return window;
}

function openGuardedWindow(
  electron: Electron,
  { preload, icon, dataDir }: Surroundings,
  backend: Backend,
  lock: KioskLock,
): BrowserWindow {
  const place = {
    preload,
    icon,
    stateFile: path.join(dataDir, 'window', 'place.json'),
    inspectable: !electron.app.isPackaged,
  };
  const window = openWindow(electron, place, lock);
  const { pending } = converse(electron, window.webContents, backend, lock);
  followKiosk(electron, window, lock);
  askBeforeLosing(electron, window, pending);
  return window;
}

/** The command line and the window work on the same people; Chromium's own files lie beside them. */
function keepFilesIn(app: Electron['app'], dataDir: string): void {
  const own = path.join(dataDir, 'window');
  mkdirSync(own, { recursive: true });
  app.setPath('userData', own);
  app.setPath('sessionData', own);
}

/** The services end before the process does: a painting under way is written down. */
function endTogether(app: Electron['app'], backend: AsyncDisposable): void {
  let ended = false;
  app.on('will-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    void Promise.resolve(backend[Symbol.asyncDispose]()).finally(() => {
      ended = true;
      app.quit();
    });
  });
}

function show(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}
