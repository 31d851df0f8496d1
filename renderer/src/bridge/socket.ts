import { decode, encode } from '@msgpack/msgpack';
import type { ToShell, ToWindow } from '../../../contract/wire.ts';
import { session } from './session.ts';

/** `wirePaths.socket` of the contract, whose module would bring the schemas into the bundle. */
const PATH = './socket';

/** Milliseconds until the next attempt to connect, after so many failures in a row. */
export const patience = (failures: number): number => Math.min(5_000, 250 * 2 ** failures);

export interface SocketEvents {
  readonly open: () => void;
  readonly message: (message: ToWindow) => void;
  readonly closed: () => void;
  /** The server answers, but not to this window: its session ended with an earlier start. */
  readonly ended: () => void;
}

/** A WebSocket to the page's own origin that comes back by itself. */
export class ShellSocket {
  readonly #events: SocketEvents;
  #socket: WebSocket | undefined;
  #failures = 0;

  constructor(events: SocketEvents) {
    this.#events = events;
    this.#connect();
  }

  send(message: ToShell): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(encode(message, { ignoreUndefined: true }));
  }

  #connect(): void {
    const url = new URL(PATH, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.hash = '';
    url.search = '';
    const socket = new WebSocket(url, ['likeness', `session.${session.secret}`]);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#failures = 0;
      session.admitted = true;
      this.#events.open();
    };
    socket.onmessage = ({ data }) => this.#events.message(decode(data as ArrayBuffer) as ToWindow);
    socket.onclose = () => {
      this.#events.closed();
      if (!opened) void this.#explain();
      setTimeout(() => this.#connect(), patience(this.#failures++));
    };
  }

  /** Further attempts follow: a link opened in another tab lets this one in again. */
  async #explain(): Promise<void> {
    if ((await session.isKnown()) !== false) return;
    session.admitted = false;
    this.#events.ended();
    await session.renew();
  }
}
