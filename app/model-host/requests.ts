import type { FromHost, HostMethod } from '../../contract/host.ts';
import { LikenessError } from '../../contract/errors.ts';
import { cancelled, timedOut } from './failures.ts';
import type { RequestOptions } from './types.ts';

interface Request {
  readonly method: HostMethod;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: LikenessError) => void;
  readonly onProgress: RequestOptions['onProgress'];
  /** Takes time-out and abort listener away. */
  readonly release: () => void;
}

type Reply = Exclude<FromHost, { kind: 'ready' }>;

/** The requests that one process owes an answer, each with its time-out and abort signal. */
export class Requests {
  readonly #waiting = new Map<number, Request>();
  readonly #onAbandon: (id: number) => void;
  #idle = Promise.withResolvers<null>();
  #lastId = 0;

  /** `onAbandon` hears of requests that were cancelled or timed out: nobody waits for them. */
  constructor(onAbandon: (id: number) => void) {
    this.#onAbandon = onAbandon;
    this.#idle.resolve(null);
  }

  /** Settles when no answer is owed. */
  get idle(): Promise<null> {
    return this.#idle.promise;
  }

  /** Registers a request; its answer is awaited until `timeoutMs` or an abort. */
  open(method: HostMethod, timeoutMs: number, options: RequestOptions) {
    const { signal, onProgress } = options;
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const onAbort = (): void => this.#abandon(id, cancelled());
    const stopTimer = after(timeoutMs, () => this.#abandon(id, timedOut(method, timeoutMs)));
    signal?.addEventListener('abort', onAbort, { once: true });
    const release = (): void => {
      stopTimer();
      signal?.removeEventListener('abort', onAbort);
    };
    if (this.#waiting.size === 0) this.#idle = Promise.withResolvers();
    this.#waiting.set(id, { method, resolve, reject, onProgress, release });
    return { id, promise };
  }

  /** Replies to requests that nobody waits for any more are passed over. */
  settle(reply: Reply): void {
    if (reply.kind === 'progress') this.#waiting.get(reply.id)?.onProgress?.(reply.progress);
    else if (reply.kind === 'result') this.#take(reply.id)?.resolve(reply.value);
    else this.#take(reply.id)?.reject(LikenessError.fromData(reply.error));
  }

  failAll(errorFor: (method: HostMethod) => LikenessError): void {
    for (const [id, { method }] of this.#waiting) this.#take(id)?.reject(errorFor(method));
  }

  #abandon(id: number, error: LikenessError): void {
    this.#take(id)?.reject(error);
    this.#onAbandon(id);
  }

  #take(id: number): Request | undefined {
    const request = this.#waiting.get(id);
    request?.release();
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#idle.resolve(null);
    return request;
  }
}

/** `setTimeout` that can wait for ever; returns what stops it. */
function after(ms: number, act: () => void): () => void {
  if (ms === Infinity) return () => undefined;
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}
