import type { IpcRenderer, WebUtils } from 'electron';
import type { Bridge, ToWindow } from '../../contract/wire.ts';
import { channels } from './channels.ts';

/**
 * All that a page gets of Electron: messages of the contract, and where a dropped file lies. No
 * event object and no channel name of Electron's own reaches the page.
 */
export function createBridge(
  ipc: Pick<IpcRenderer, 'send' | 'on' | 'removeAllListeners'>,
  files: Pick<WebUtils, 'getPathForFile'>,
): Bridge {
  return {
    send: (message) => ipc.send(channels.toShell, message),
    listen: (listener) => {
      ipc.removeAllListeners(channels.toWindow);
      ipc.on(channels.toWindow, (_event, message: ToWindow) => listener(message));
      ipc.send(channels.open);
    },
    pathOf: (file) => pathOf(files, file),
  };
}

function pathOf(files: Pick<WebUtils, 'getPathForFile'>, file: object): string | null {
  try {
    const path = files.getPathForFile(file as Parameters<WebUtils['getPathForFile']>[0]);
    return path === '' ? null : path;
  } catch {
    // Not a File.
    return null;
  }
}
