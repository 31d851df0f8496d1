import type { KioskLock } from '../wire/kiosk-lock.ts';
import type { BrowserWindow, Electron } from './electron-api.ts';

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
