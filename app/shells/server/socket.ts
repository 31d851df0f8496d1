import { Decoder, Encoder } from '@msgpack/msgpack';
import type { WebSocket } from '@fastify/websocket';
import type { Socket } from 'node:net';
import type { ToWindow } from '../../../contract/wire.ts';
import { excessOfFrame, type Excess } from '../wire/weight.ts';
import { WindowConnection, type ConnectionOptions } from '../wire/window-connection.ts';
import type { Turns } from './rate.ts';

/** Bytes on their way to a browser above which progress and events wait, and nothing is read. */
const CONGESTED_BYTES = 4 * 1024 * 1024;
/** Bytes of a message up to which windows do not wait for each other. */
const SMALL_BYTES = 1024 * 1024;

export interface WindowOptions extends Pick<ConnectionOptions, 'backend' | 'lock' | 'proof'> {
  /** For messages that take much memory, of all windows. */
  readonly turns: Turns;
  /** What carries the WebSocket. */
  readonly connection: Socket;
}

/** Puts a window's conversation on a WebSocket: one message per binary frame, as MessagePack. */
export function serveWindow(socket: WebSocket, options: WindowOptions): void {
  const encoder = new Encoder({ ignoreUndefined: true });
  const decoder = new Decoder();
  const reading = new Reading(socket);
  const send = (message: ToWindow): void => {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(encoder.encode(message), () => {
      connection.flush();
      reading.hold('answers', congested());
    });
    // Whoever does not read its answers is not read either.
    reading.hold('answers', congested());
  };
  const congested = (): boolean => socket.bufferedAmount > CONGESTED_BYTES;
  const connection: WindowConnection = new WindowConnection({
    backend: options.backend,
    lock: options.lock,
    shell: 'server',
    carrier: { send, congested },
    proof: options.proof,
  });
  const waiting = new LargeMessage(options, socket, reading);
  let deferred = 0;
  connection.open();
  socket.on('message', (data, isBinary) => {
    const release = waiting.arrived();
    if (!isBinary) {
      connection.refuse('message_malformed', 'Messages are binary frames of MessagePack.');
      release();
      return;
    }
    const frame = frameOf(data);
    const message = decoded(decoder, frame);
    if ('code' in message) {
      connection.refuse(message.code, message.message);
      release();
      return;
    }
    const take = (): void =>
      void connection.receive(message.value, frame.byteLength).finally(release);
    // To put it together has taken as long as it takes to pass it on: not both in one turn.
    if (frame.byteLength <= SMALL_BYTES && deferred === 0) take();
    else {
      // Those behind it as well, or they would overtake it.
      deferred += 1;
      setImmediate(() => {
        deferred -= 1;
        take();
      });
    }
  });
  // Frames beyond the hard limit and broken ones end the socket; the page connects again.
  socket.on('error', () => socket.terminate());
  socket.on('close', () => connection.close());
}

/** Reads from a socket while there is no reason not to. */
class Reading {
  readonly #socket: WebSocket;
  readonly #reasons = new Set<string>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  hold(reason: string, holds: boolean): void {
    if (holds === this.#reasons.has(reason)) return;
    if (holds) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
    if (this.#reasons.size > 0) this.#socket.pause();
    else this.#socket.resume();
  }
}

/**
 * A message is in memory before its end is seen. What has grown beyond a small one waits for its
 * turn before more of it is read, and keeps that until it is answered.
 */
class LargeMessage {
  readonly #turns: Turns;
  readonly #reading: Reading;
  #bytes = 0;
  #release: (() => void) | null = null;

  constructor({ turns, connection }: WindowOptions, socket: WebSocket, reading: Reading) {
    this.#turns = turns;
    this.#reading = reading;
    connection.on('data', (chunk: Buffer) => {
      this.#bytes += chunk.byteLength;
      if (this.#bytes > SMALL_BYTES && this.#release === null) this.#wait(socket);
    });
    socket.once('close', () => this.arrived()());
  }

  /** It is complete; gives what ends its turn. */
  arrived(): () => void {
    const release = this.#release;
    this.#bytes = 0;
    this.#release = null;
    return () => release?.();
  }

  #wait(socket: WebSocket): void {
    const turn = this.#turns.take(() => {
      if (this.#release === turn.release) socket.terminate();
    });
    this.#release = turn.release;
    this.#reading.hold('turn', true);
    void turn.begun.then(() => this.#reading.hold('turn', false));
  }
}

function frameOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function decoded(decoder: Decoder, frame: Uint8Array): { readonly value: unknown } | Excess {
  const excess = excessOfFrame(frame);
  if (excess !== null) return excess;
  try {
    return { value: decoder.decode(frame) };
  } catch {
    return { code: 'message_malformed', message: 'A frame is no MessagePack.' };
  }
}
