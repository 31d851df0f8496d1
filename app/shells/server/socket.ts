import { Decoder, Encoder } from '@msgpack/msgpack';
import type { WebSocket } from '@fastify/websocket';
import type { ToWindow } from '../../contract/wire.ts';
import { WindowConnection, type ConnectionOptions } from '../wire/window-connection.ts';

/** Bytes on their way to a browser above which progress and events wait. */
const CONGESTED_BYTES = 4 * 1024 * 1024;

/** Puts a window's conversation on a WebSocket: one message per binary frame, as MessagePack. */
export function serveWindow(
  socket: WebSocket,
  { backend, lock, proof }: Pick<ConnectionOptions, 'backend' | 'lock' | 'proof'>,
): void {
  const encoder = new Encoder({ ignoreUndefined: true });
  const decoder = new Decoder();
  const send = (message: ToWindow): void => {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(encoder.encode(message), () => connection.flush());
  };
  const congested = (): boolean => socket.bufferedAmount > CONGESTED_BYTES;
  const connection: WindowConnection = new WindowConnection({
    backend,
    lock,
    shell: 'server',
    carrier: { send, congested },
    proof,
  });
  connection.open();
  socket.on('message', (data, isBinary) => {
    if (!isBinary) {
      connection.refuse('message_malformed', 'Messages are binary frames of MessagePack.');
      return;
    }
    const frame = frameOf(data);
    const message = decoded(decoder, frame);
    if (message === undefined) connection.refuse('message_malformed', 'A frame is no MessagePack.');
    else connection.receive(message.value, frame.byteLength);
  });
  // Frames beyond the hard limit and broken ones end the socket; the page connects again.
  socket.on('error', () => socket.terminate());
  socket.on('close', () => connection.close());
}

function frameOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function decoded(decoder: Decoder, frame: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: decoder.decode(frame) };
  } catch {
    return undefined;
  }
}
