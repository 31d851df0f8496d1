import type * as electron from 'electron';

/** What this shell uses of Electron; handed in, so that a double can stand for it. */
export type Electron = Pick<
  typeof electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'powerSaveBlocker'
  | 'protocol'
  | 'screen'
  | 'session'
  | 'shell'
  | 'utilityProcess'
>;

export type { BrowserWindow, Session, WebContents } from 'electron';
