import type { FromHost, ToHost, HostConfiguration, HostMethod } from '../../contract/host.ts';
import { LikenessError, assertNever, toLikenessError } from '../../contract/errors.ts';
import type { RequestContext } from '../../contract/rpc.ts';
import { RpcServer } from '../../foundation/rpc.ts';
import { confined } from '../../foundation/files/confinement.ts';
import { createContext, type HostContext, type Handler, type Handlers } from './context.ts';

// Process: model host.

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

/**
 * A message as one of the protocol, or null for anything that could not even be answered. Payloads
 * come from our own shell, which validated them against the contract; only the envelope is checked.
 */
function parseMessage(message: unknown): ToHost | null {
  if (!isRecord(message)) return null;
  switch (message['kind']) {
    case 'configure':
      return isRecord(message['configuration']) ? (message as ToHost) : null;
    case 'request':
      return isNumbered(message) ? (message as unknown as ToHost) : null;
    case 'cancel':
      return isNumbered(message) ? (message as ToHost) : null;
    case 'shutdown':
      return { kind: 'shutdown' };
    default:
      return null;
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isNumbered = ({ id }: Record<string, unknown>): boolean => typeof id === 'number';

// Process: model host.

type Request = Extract<ToHost, { kind: 'request' }>;

interface DispatcherOptions {
  readonly channel: Channel;
  readonly handlers: Handlers;
  /** Called on `shutdown`, and when the shell is gone. */
  readonly exit: () => void;
  /** Called with what is no message of the protocol. */
  readonly complain: (sentence: string) => void;
  readonly contextFor?: (configuration: HostConfiguration) => HostContext;
}

/** Parses, dispatches and replies. One failed request never harms another. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #server: RpcServer;
  #context: HostContext | null = null;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#server = new RpcServer({
      post: (answer) => options.channel.post(answer),
      dataOf: (thrown) => toLikenessError(thrown).toData(),
    });
  }

  start(): void {
    const { channel, exit } = this.#options;
    channel.onMessage((message) => this.#receive(message));
    channel.onClose(exit);
    channel.post({ kind: 'ready', pid: process.pid });
  }

  #receive(raw: unknown): void {
    const message = parseMessage(raw);
    if (message === null) {
      this.#options.complain('A message that is not of the protocol was passed over.');
      return;
    }
    switch (message.kind) {
      case 'configure':
        this.#context = (this.#options.contextFor ?? createContext)(message.configuration);
        return;
      case 'request':
        void this.#server.answer(message.id, message.command, (context) =>
          this.#handle(message, context),
        );
        return;
      case 'cancel':
        this.#server.cancel(message.id);
        return;
      case 'shutdown':
        this.#options.exit();
        return;
      default:
        assertNever(message);
    }
  }

  #handle(request: Request, attendance: RequestContext): unknown {
    const { handlers } = this.#options;
    const { command, input, within } = request;
    if (this.#context === null) throw invalid('The model host has not been configured yet.');
    if (!Object.hasOwn(handlers, command))
      throw invalid(`The model host knows no method "${command}".`);
    if (!isRecord(input)) throw invalid(`The request "${command}" came without an input.`);
    // The union ties input to method; TypeScript cannot follow it through the look-up.
    const handler = handlers[command] as Handler<HostMethod>;
    const context = this.#context;
    const handle = () => handler(context, input, attendance);
    return within === undefined ? handle() : confined(within, handle);
  }
}

const invalid = (sentence: string): LikenessError => new LikenessError('invalid_input', sentence);
