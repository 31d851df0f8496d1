// Process: model host.
import { LikenessError, assertNever, toLikenessError } from '../../contract/errors.ts';
import { confined } from '../../foundation/files/confinement.ts';
import type { Channel } from './channel.ts';
import { createContext, type HostContext } from './context.ts';
import type { Handler, Handlers } from './handler.ts';
import { isRecord, parseMessage } from './parse.ts';
import type { HostConfiguration, HostMethod, ToHost } from '../../contract/host.ts';

type Request = Extract<ToHost, { kind: 'request' }>;

export interface DispatcherOptions {
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
  readonly #running = new Map<number, AbortController>();
  #context: HostContext | null = null;

  constructor(options: DispatcherOptions) {
    this.#options = options;
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
        void this.#answer(message);
        return;
      case 'cancel':
        this.#running.get(message.id)?.abort();
        return;
      case 'shutdown':
        this.#options.exit();
        return;
      default:
        assertNever(message);
    }
  }

  async #answer(request: Request): Promise<void> {
    const { channel } = this.#options;
    const { id } = request;
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      channel.post({ kind: 'result', id, value: await this.#handle(request, controller.signal) });
    } catch (thrown) {
      channel.post({ kind: 'failure', id, error: toLikenessError(thrown).toData() });
    } finally {
      this.#running.delete(id);
    }
  }

  async #handle(request: Request, signal: AbortSignal): Promise<unknown> {
    const { handlers, channel } = this.#options;
    const { id, method, payload, within } = request;
    if (this.#context === null) throw invalid('The model host has not been configured yet.');
    if (!Object.hasOwn(handlers, method))
      throw invalid(`The model host knows no method "${method}".`);
    if (!isRecord(payload)) throw invalid(`The request "${method}" came without a payload.`);
    // The union ties payload to method; TypeScript cannot follow it through the look-up.
    const handler = handlers[method] as Handler<HostMethod>;
    const context = this.#context;
    const handle = () =>
      handler(context, payload, {
        signal,
        report: (progress) => channel.post({ kind: 'progress', id, progress }),
      });
    return within === undefined ? handle() : confined(within, handle);
  }
}

const invalid = (sentence: string): LikenessError => new LikenessError('invalid_input', sentence);
