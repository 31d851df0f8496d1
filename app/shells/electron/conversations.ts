import type { IpcMainEvent } from 'electron';
import type { Backend } from '../wire/access.ts';
import type { KioskLock } from '../wire/kiosk-lock.ts';
import { compact, weightOfClone } from '../wire/weight.ts';
import { WindowConnection } from '../wire/window-connection.ts';
import { channels } from './channels.ts';
import type { Electron, WebContents } from './electron-api.ts';
import { isOwn } from './permissions.ts';

/** Talks with the page of one window; gives what it is asked for at the moment. */
export function converse(
  { ipcMain }: Pick<Electron, 'ipcMain'>,
  contents: WebContents,
  backend: Backend,
  lock: KioskLock,
): { readonly pending: () => readonly string[] } {
  let connection: WindowConnection | null = null;
  const end = (): void => {
    connection?.close();
    connection = null;
  };
  ipcMain.on(channels.open, (event) => {
    if (!isTrusted(event, contents)) return;
    end();
    connection = new WindowConnection({
      backend,
      lock,
      shell: 'electron',
      carrier: carrier(contents),
      // The bridge belongs to this very page; no session could be carried off.
      proof: null,
    });
    connection.open();
  });
  ipcMain.on(channels.toShell, (event, message: unknown) => {
    if (!isTrusted(event, contents)) return;
    // The preload has counted as well, unless the page has broken out of its process.
    const weight = weightOfClone(message);
    if (typeof weight === 'number') void connection?.receive(message, weight);
    else connection?.refuse(weight.code, weight.message);
  });
  contents.on('render-process-gone', end);
  contents.once('destroyed', end);
  return { pending: () => connection?.pending ?? [] };
}

/** The top frame of this very window, showing a page of ours. */
function isTrusted({ sender, senderFrame }: IpcMainEvent, contents: WebContents): boolean {
  return (
    sender === contents &&
    senderFrame !== null &&
    senderFrame.parent === null &&
    isOwn(senderFrame.url)
  );
}

/** Electron queues what it sends and tells nobody how much that is. */
const carrier = (contents: WebContents) => ({
  send: (message: unknown) => {
    if (!contents.isDestroyed()) contents.send(channels.toWindow, compact(message));
  },
  congested: () => false,
});
