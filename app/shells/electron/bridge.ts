import type { IpcRenderer, WebUtils } from 'electron';
import type { Bridge, ToShell, ToWindow } from '../../../contract/wire.ts';
import { wireLimits } from '../../../contract/wire-limits.ts';
import { weightOfClone } from '../wire/weight.ts';
import { channels } from './channels.ts';

/**
 * All that a page gets of Electron: messages of the contract, and where a dropped file lies. No
 * event object and no channel name of Electron's own reaches the page.
 */
export function createBridge(
  ipc: Pick<IpcRenderer, 'send' | 'on' | 'removeAllListeners'>,
  files: Pick<WebUtils, 'getPathForFile'>,
): Bridge {
  let tell: (message: ToWindow) => void = () => undefined;
  return {
    send: (message) => {
      // Counted here, as main would have to hold it before it could count.
      const refusal = refusalOf(message);
      if (refusal === null) ipc.send(channels.toShell, message);
      else tell(refusal);
    },
    listen: (listener) => {
      tell = listener;
      ipc.removeAllListeners(channels.toWindow);
      ipc.on(channels.toWindow, (_event, message: ToWindow) => listener(message));
      ipc.send(channels.open);
    },
    pathOf: (file) => pathOf(files, file),
  };
}

/** What the shell would answer to a message beyond the limits; null where it may be sent. */
function refusalOf(message: ToShell): ToWindow | null {
  const weight = weightOfClone(message);
  if (typeof weight !== 'number') return { kind: 'refused', error: { ...weight, details: {} } };
  if (weight <= wireLimits.messageBytes) return null;
  const error = {
    code: 'message_too_large' as const,
    message: `A message of ${weight} bytes is more than the limit of ${wireLimits.messageBytes}.`,
    details: {},
  };
  return message.kind === 'request'
    ? { kind: 'response', id: message.id, result: { ok: false, error } }
    : { kind: 'refused', error };
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
