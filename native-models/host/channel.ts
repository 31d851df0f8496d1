// Process: model host.
import type { FromHost } from '../../contract/host.ts';

/** The pipe to the shell: Node's IPC, or the message port of an Electron utility process. */
export interface Channel {
  post(message: FromHost): void;
  /** What comes is whatever the other side sent; nothing about its form is known. */
  onMessage(listener: (message: unknown) => void): void;
  /** The shell is gone. */
  onClose(listener: () => void): void;
}

/** Electron's `process.parentPort`, as far as it is used. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
}

/** The channel of this process; null where nobody started it as a host. */
export function openChannel(host: NodeJS.Process = process): Channel | null {
  const { parentPort } = host as { parentPort?: ParentPort };
  if (parentPort !== undefined) return utilityChannel(parentPort);
  return host.send === undefined ? null : forkChannel(host);
}

function forkChannel(host: NodeJS.Process): Channel {
  return {
    // A reply to a shell that has just gone is nobody's loss; `disconnect` follows.
    post: (message) =>
      host.connected && host.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => host.on('message', listener),
    onClose: (listener) => host.once('disconnect', listener),
  };
}

/** Electron ends a utility process with its parent: there is no event to wait for. */
function utilityChannel(port: ParentPort): Channel {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onClose: () => undefined,
  };
}
