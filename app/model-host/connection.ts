import type {
  FromHost,
  HostConfiguration,
  HostMethod,
  HostPayload,
  HostResult,
  ToHost,
} from '../../native-models/host/protocol.ts';
import { ErrorData, LikenessError } from '../contract/errors.ts';
import type { HostExit, HostProcess, ProcessLauncher } from './launcher.ts';
import type { RequestOptions } from './types.ts';

export interface Patience {
  /** Milliseconds from launch to `ready`. */
  readonly startMs: number;
  /** Milliseconds for a request that names no time of its own. */
  readonly requestMs: number;
  /** Milliseconds that a host may take to let go of a cancelled request before it is killed. */
  readonly cancelMs: number;
}

interface Pending {
  readonly method: HostMethod;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: LikenessError) => void;
  readonly onProgress: RequestOptions['onProgress'];
  /** Takes time-out and abort listener away. */
  readonly release: () => void;
}

/** One life of a host process: from launch to exit. */
export class Connection {
  readonly #process: HostProcess;
  readonly #patience: Patience;
  readonly #pending = new Map<number, Pending>();
  /** Cancelled or timed out; the host still works on them. */
  readonly #abandoned = new Map<number, NodeJS.Timeout>();
  readonly #ready = Promise.withResolvers<null>();
  readonly #exited = Promise.withResolvers<HostExit>();
  #nextId = 1;
  #exit: HostExit | null = null;
  #replied = false;

  constructor(launch: ProcessLauncher, patience: Patience) {
    this.#patience = patience;
    this.#process = launch();
    this.#process.onMessage((message) => this.#receive(message));
    this.#process.onExit((exit) => this.#end(exit));
    this.#ready.promise.catch(() => undefined);
  }

  get alive(): boolean {
    return this.#exit === null;
  }

  /** It has answered at least once: whatever kills it later is not its start. */
  get replied(): boolean {
    return this.#replied;
  }

  get exited(): Promise<HostExit> {
    return this.#exited.promise;
  }

  /** Throws `host_start_failed`. */
  async start(configuration: HostConfiguration): Promise<void> {
    const timer = setTimeout(() => {
      this.#ready.reject(startFailed(`It said nothing for ${this.#patience.startMs} ms.`));
      this.#process.kill();
    }, this.#patience.startMs);
    try {
      await this.#ready.promise;
    } finally {
      clearTimeout(timer);
    }
    this.#send({ kind: 'configure', configuration });
  }

  call<M extends HostMethod>(
    method: M,
    payload: HostPayload<M>,
    { signal, onProgress, timeoutMs = this.#patience.requestMs }: RequestOptions,
  ): Promise<HostResult<M>> {
    const { promise, resolve, reject } = Promise.withResolvers<HostResult<M>>();
    if (signal?.aborted === true) reject(cancelled());
    else if (this.#exit !== null) reject(crashed(method, this.#exit));
    else {
      const id = this.#nextId++;
      const onAbort = (): void => this.#abandon(id, cancelled());
      const timer = setTimeout(() => this.#abandon(id, timedOut(method, timeoutMs)), timeoutMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      const release = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      // The reply to this id is of this method: the host answers by the same table.
      const settle = resolve as (value: unknown) => void;
      this.#pending.set(id, { method, resolve: settle, reject, onProgress, release });
      this.#send({ kind: 'request', id, method, payload } as ToHost);
    }
    return promise;
  }

  /** Asks the process to end, and ends it where it does not. */
  async close(graceMs = 2000): Promise<void> {
    this.#failAll(() => cancelled());
    this.#send({ kind: 'shutdown' });
    const timer = setTimeout(() => this.#process.kill(), graceMs);
    await this.#exited.promise;
    clearTimeout(timer);
  }

  #send(message: ToHost): void {
    if (this.#exit === null) this.#process.send(message);
  }

  #receive(message: FromHost): void {
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve(null);
        return;
      case 'progress':
        this.#pending.get(message.id)?.onProgress?.(message.progress);
        return;
      case 'result':
        this.#take(message.id)?.resolve(message.value);
        return;
      case 'failure':
        this.#take(message.id)?.reject(errorFrom(message.error));
        return;
      default:
        // A host that speaks another language is of no use; its exit tells everybody who waits.
        this.#process.kill();
    }
  }

  #take(id: number): Pending | undefined {
    this.#replied = true;
    clearTimeout(this.#abandoned.get(id));
    this.#abandoned.delete(id);
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.release();
    return pending;
  }

  /** The caller hears at once; the host gets a while to notice. */
  #abandon(id: number, error: LikenessError): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.release();
    pending.reject(error);
    this.#send({ kind: 'cancel', id });
    this.#abandoned.set(
      id,
      setTimeout(() => this.#process.kill(), this.#patience.cancelMs),
    );
  }

  #end(exit: HostExit): void {
    this.#exit = exit;
    this.#ready.reject(startFailed(describe(exit), exit));
    this.#abandoned.forEach((timer) => clearTimeout(timer));
    this.#abandoned.clear();
    this.#failAll((method) => crashed(method, exit));
    this.#exited.resolve(exit);
  }

  #failAll(errorFor: (method: HostMethod) => LikenessError): void {
    for (const { method, reject, release } of this.#pending.values()) {
      release();
      reject(errorFor(method));
    }
    this.#pending.clear();
  }
}

export const cancelled = (): LikenessError => new LikenessError('cancelled', 'Stopped.');

function errorFrom(data: unknown): LikenessError {
  const parsed = ErrorData.safeParse(data);
  if (parsed.success) return LikenessError.fromData(parsed.data);
  return new LikenessError('internal', 'The model process failed without saying how.');
}

function describe({ code, signal }: HostExit): string {
  if (signal !== null) return `It was ended by ${signal}.`;
  return code === null ? 'It could not be started.' : `It ended with exit code ${code}.`;
}

function startFailed(reason: string, exit?: HostExit): LikenessError {
  return new LikenessError(
    'host_start_failed',
    `The model process did not come up. ${reason} Run \`likeness doctor\` to see what is missing.`,
    { details: exit === undefined ? {} : { ...exit } },
  );
}

function crashed(method: HostMethod, exit: HostExit): LikenessError {
  return new LikenessError(
    'host_crashed',
    `The model process died during "${method}". ${describe(exit)} ` +
      'It will be started again: try once more.',
    { details: { method, ...exit } },
  );
}

function timedOut(method: HostMethod, ms: number): LikenessError {
  return new LikenessError(
    'host_timeout',
    `The model process did not finish "${method}" within ${ms} ms. Try again, or with a smaller picture.`,
    { details: { method, timeoutMs: ms } },
  );
}
