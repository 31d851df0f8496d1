import { decode, encode } from '@msgpack/msgpack';
import type { CommandInput, CommandName, CommandOutput } from '../../contract/commands.ts';
import { ToWindow, wirePaths, type ToShell } from '../../contract/wire.ts';

/** Speaks to a server as its window does, for what a test needs beforehand. */
export interface Client extends Disposable {
  readonly call: <N extends CommandName>(
    command: N,
    input: CommandInput<N>,
  ) => Promise<CommandOutput<N>>;
}

/** Node's WebSocket also takes headers; the types are those of a browser. */
const HeadedWebSocket = WebSocket as unknown as new (
  url: string,
  options: {
    readonly headers: Readonly<Record<string, string>>;
    readonly protocols: readonly string[];
  },
) => WebSocket;

/**
 * @param link a new one, whose token is used up thereby
 * @param code the code that the server has printed last, for what takes more than a session
 */
export async function connect(link: string, code?: () => Promise<string>): Promise<Client> {
  const { origin, hash } = new URL(link);
  const session = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token: hash.slice(1) }),
  });
  const { secret } = (await session.json()) as { readonly secret: string };
  const socket = new HeadedWebSocket(`${origin.replace(/^http/u, 'ws')}${wirePaths.socket}`, {
    headers: { origin },
    protocols: ['likeness', `session.${secret}`],
  });
  socket.binaryType = 'arraybuffer';
  const waiting = new Map<number, (message: ToWindow & { kind: 'response' }) => void>();
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
    const message = ToWindow.parse(decode(new Uint8Array(data)));
    if (message.kind === 'response') waiting.get(message.id)?.(message);
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => {
      resolve();
    });
    socket.addEventListener('error', () => {
      reject(new Error(`No window can connect to ${origin}.`));
    });
  });
  let last = 0;
  const request = (command: CommandName, input: unknown, proof?: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const message: ToShell = { kind: 'request', id: ++last, command, input, proof };
      waiting.set(last, ({ result }) => {
        if (result.ok) resolve(result.value);
        else if (result.error.code === 'proof_needed' && code !== undefined)
          resolve(code().then((proof) => request(command, input, proof)));
        else reject(new Error(`${command}: ${result.error.code}, ${result.error.message}`));
      });
      socket.send(encode(message, { ignoreUndefined: true }));
    });
  return {
    call: ((command, input) => request(command, input)) as Client['call'],
    [Symbol.dispose]: () => {
      socket.close();
    },
  };
}
