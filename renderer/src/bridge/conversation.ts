import type { ErrorCode, ErrorData } from '../../../contract/errors.ts';
import type { Progress } from '../../../contract/values.ts';
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

export interface CallOptions {
  /** Stops the work; the call then fails with `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** The PIN or the code, where `proof_needed` was the answer before. */
  readonly proof?: string | undefined;
}

export interface Session {
  readonly shell: 'electron' | 'server';
  readonly kiosk: boolean;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CallError) => void;
  readonly onProgress: CallOptions['onProgress'];
}

type Heard = Exclude<ToWindow, { kind: 'response' | 'progress' }>;

/** Requests and answers over one connection: numbers them, and gives each answer to who asked. */
export class Conversation {
  readonly #bridge: Pick<Bridge, 'send'>;
  readonly #hear: (message: Heard) => void;
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  constructor(bridge: Pick<Bridge, 'send'>, hear: (message: Heard) => void) {
    this.#bridge = bridge;
    this.#hear = hear;
  }

  /** @throws CallError as a rejection */
  request(command: string, input: unknown, options: CallOptions): Promise<unknown> {
    const { signal, onProgress, proof } = options;
    if (signal?.aborted) return Promise.reject(stopped());
    const id = ++this.#last;
    const cancel = () => this.#bridge.send({ kind: 'cancel', id });
    signal?.addEventListener('abort', cancel, { once: true });
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress });
      this.#bridge.send({ kind: 'request', id, command, input, proof });
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  take(message: ToWindow): void {
    switch (message.kind) {
      case 'response':
        this.#answer(message.id, message.result);
        break;
      case 'progress':
        this.#pending.get(message.id)?.onProgress?.(message.progress);
        break;
      case 'session':
      case 'event':
      case 'refused':
        this.#hear(message);
    }
  }

  /** The connection is gone: nothing that was asked will be answered. */
  end(error: ConstructorParameters<typeof CallError>[0]): void {
    for (const { reject } of this.#pending.values()) reject(new CallError(error));
    this.#pending.clear();
  }

  #answer(id: number, result: Extract<ToWindow, { kind: 'response' }>['result']): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (result.ok) pending?.resolve(result.value);
    else pending?.reject(new CallError(result.error));
  }
}

/** What a person has called off. */
export const stopped = () => new CallError({ code: 'cancelled', message: 'Stopped.', details: {} });
