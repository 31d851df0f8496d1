import { RpcClient, type AskOptions } from '../../../foundation/rpc.ts';
import type { ErrorCode, ErrorData } from '../../../contract/errors.ts';
import type { Bridge, ToWindow } from '../../../contract/wire.ts';

/** A refusal or failure as the shell reports it; `disconnected` is the window's own. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: ErrorCode | 'disconnected';
  readonly details: Readonly<Record<string, unknown>>;

  constructor({ code, message, details }: Omit<ErrorData, 'code'> & { code: CallError['code'] }) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

export interface CallOptions extends Omit<AskOptions, 'timeoutMs'> {
  /** The PIN or the code, where `proof_needed` was the answer before. */
  readonly proof?: string | undefined;
}

export interface Session {
  readonly shell: 'electron' | 'server';
  readonly kiosk: boolean;
}

type Heard = Exclude<ToWindow, { kind: 'response' | 'progress' }>;

/** Requests and answers over one connection, and what else the shell says. */
export class Conversation {
  readonly #bridge: Pick<Bridge, 'send'>;
  readonly #hear: (message: Heard) => void;
  readonly #client: RpcClient;

  constructor(bridge: Pick<Bridge, 'send'>, hear: (message: Heard) => void) {
    this.#bridge = bridge;
    this.#hear = hear;
    this.#client = new RpcClient({
      cancel: (id) => bridge.send({ kind: 'cancel', id }),
      // The shell says what has come of it.
      onCancel: 'wait',
      stopped,
      errorOf: (data) => new CallError(data),
    });
  }

  /** @throws CallError as a rejection */
  request(command: string, input: unknown, options: CallOptions): Promise<unknown> {
    const { proof } = options;
    const send = (id: number) => this.#bridge.send({ kind: 'request', id, command, input, proof });
    return this.#client.ask(command, send, options);
  }

  take(message: ToWindow): void {
    if (message.kind === 'response' || message.kind === 'progress') this.#client.take(message);
    else this.#hear(message);
  }

  /** The connection is gone: nothing that was asked will be answered. */
  end(error: ConstructorParameters<typeof CallError>[0]): void {
    this.#client.failAll(() => new CallError(error));
  }
}

/** What a person has called off. */
export const stopped = () => new CallError({ code: 'cancelled', message: 'Stopped.', details: {} });
