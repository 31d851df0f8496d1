import type { ErrorData } from '../contract/errors.ts';
import type { Answer, RequestContext } from '../contract/rpc.ts';
import type { Progress } from '../contract/values.ts';

/**
 * Both ends of the protocol of contract/rpc.ts, over whatever carries messages: the pipe to a child
 * process, a message port, a WebSocket. Types alone are imported, so that a browser runs it too.
 */

export interface AskOptions {
  /** Calls the request off. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Milliseconds until the request is called off; absent: it takes as long as it takes. */
  readonly timeoutMs?: number;
}

export interface RpcClientOptions {
  /** Tells the other end that a request is called off. */
  readonly cancel: (id: number) => void;
  /** A request that is called off fails at once, or with the answer that comes then. */
  readonly onCancel: 'leave' | 'wait';
  readonly stopped: () => Error;
  readonly timedOut?: (name: string, timeoutMs: number) => Error;
  /** The error of a failure that the other end reports. */
  readonly errorOf: (data: ErrorData) => Error;
}

interface Pending {
  readonly name: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: AskOptions['onProgress'];
  /** Takes time limit and abort listener away. */
  readonly release: () => void;
}

/** The end that asks: numbers requests, and gives each answer to who asked. */
export class RpcClient {
  readonly #options: RpcClientOptions;
  readonly #pending = new Map<number, Pending>();
  #idle = Promise.withResolvers<null>();
  #lastId = 0;

  constructor(options: RpcClientOptions) {
    this.#options = options;
    this.#idle.resolve(null);
  }

  /** Settles when no answer is owed. */
  get idle(): Promise<null> {
    return this.#idle.promise;
  }

  /**
   * @param name what errors call the request
   * @param send sends it under this number
   */
  ask(name: string, send: (id: number) => void, options: AskOptions = {}): Promise<unknown> {
    const { signal, onProgress, timeoutMs = Infinity } = options;
    const { stopped, timedOut = stopped, cancel, onCancel } = this.#options;
    if (signal?.aborted === true) return Promise.reject(stopped());
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const leave = (error: Error): void => {
      this.#take(id)?.reject(error);
      cancel(id);
    };
    const onAbort = (): void => (onCancel === 'leave' ? leave(stopped()) : cancel(id));
    const stopTimer = after(timeoutMs, () => leave(timedOut(name, timeoutMs)));
    signal?.addEventListener('abort', onAbort, { once: true });
    const release = (): void => {
      stopTimer();
      signal?.removeEventListener('abort', onAbort);
    };
    if (this.#pending.size === 0) this.#idle = Promise.withResolvers();
    this.#pending.set(id, { name, resolve, reject, onProgress, release });
    send(id);
    return promise;
  }

  /** Answers to requests that nobody waits for any more are passed over. */
  take(answer: Answer): void {
    if (answer.kind === 'progress') this.#pending.get(answer.id)?.onProgress?.(answer.progress);
    else if (answer.result.ok) this.#take(answer.id)?.resolve(answer.result.value);
    else this.#take(answer.id)?.reject(this.#options.errorOf(answer.result.error));
  }

  /** Nothing that was asked will be answered. */
  failAll(errorFor: (name: string) => Error): void {
    for (const [id, { name }] of this.#pending) this.#take(id)?.reject(errorFor(name));
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    pending?.release();
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#idle.resolve(null);
    return pending;
  }
}

/** `setTimeout` that can wait for ever; returns what stops it. */
function after(ms: number, act: () => void): () => void {
  if (ms === Infinity) return () => undefined;
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

export interface RpcServerOptions {
  readonly post: (answer: Answer) => void;
  readonly dataOf: (thrown: unknown) => ErrorData;
}

/** The end that answers: every request once, whatever its work throws. */
export class RpcServer {
  readonly #options: RpcServerOptions;
  readonly #running = new Map<
    number,
    { readonly name: string; readonly controller: AbortController }
  >();

  constructor(options: RpcServerOptions) {
    this.#options = options;
  }

  /** The names of requests that are not answered yet. */
  get pending(): readonly string[] {
    return [...this.#running.values()].map(({ name }) => name);
  }

  /** Settles when the request is answered: true where its work succeeded. Throws nothing. */
  async answer(
    id: number,
    name: string,
    work: (context: RequestContext) => unknown,
  ): Promise<boolean> {
    const { post } = this.#options;
    const controller = new AbortController();
    this.#running.set(id, { name, controller });
    try {
      const value = await work({
        signal: controller.signal,
        report: (progress) => post({ kind: 'progress', id, progress }),
      });
      // Inside: a value that cannot be carried is a failure like any other.
      post({ kind: 'response', id, result: { ok: true, value } });
      return true;
    } catch (thrown) {
      this.refuse(id, thrown);
      return false;
    } finally {
      this.#running.delete(id);
    }
  }

  /** Answers a request that is not even begun. */
  refuse(id: number, reason: unknown): void {
    const error = this.#options.dataOf(reason);
    this.#options.post({ kind: 'response', id, result: { ok: false, error } });
  }

  /** Stops the work for one request, where it is not answered yet. */
  cancel(id: number): void {
    this.#running.get(id)?.controller.abort();
  }

  cancelAll(): void {
    for (const { controller } of this.#running.values()) controller.abort();
  }
}
