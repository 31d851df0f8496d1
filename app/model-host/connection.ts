import {
  withoutTimeLimit,
  type HostMethod,
  type FromHost,
  type HostConfiguration,
  type HostPayload,
  type HostResult,
  type ToHost,
} from '../../contract/host.ts';
import { LikenessError, type ErrorData } from '../../contract/errors.ts';
import type { HostExit, HostProcess } from './launcher.ts';
import { Answer } from '../../contract/rpc.ts';
import { stopped, throwIfCancelled } from '../../foundation/concurrency.ts';
import { confinement } from '../../foundation/files/confinement.ts';
import { RpcClient } from '../../foundation/rpc.ts';
import type { RequestOptions } from './types.ts';

/** Milliseconds that a client waits before it does something about a host. */
export interface Patience {
  /** From launch to `ready`. */
  readonly startMs: number;
  /** From a cancellation to the host's answer; then the process is killed. */
  readonly cancelMs: number;
  /** From a request to leave to the exit; then the process is killed. */
  readonly shutdownMs: number;
  /** For a request that names no time of its own; infinite where the method watches itself. */
  readonly requestMs: (method: HostMethod) => number;
}

const MINUTE = 60_000;

export const defaultPatience: Patience = {
  startMs: 20_000,
  cancelMs: 10_000,
  shutdownMs: 2000,
  requestMs: (method) => (withoutTimeLimit.has(method) ? Infinity : 2 * MINUTE),
};

/** Pause before a start, by the number of processes in a row that died before they answered. */
export const backOff = (failures: number): number =>
  failures === 0 ? 0 : Math.min(5000, 100 * 2 ** (failures - 1));

/** The errors that the client of a host gives by itself; all others come from the host. */

export function startFailed(reason: string, exit?: HostExit): LikenessError {
  return new LikenessError('host_start_failed', `The model process did not come up. ${reason}`, {
    details: { ...exit },
  });
}

export const startFailedWith = (exit: HostExit): LikenessError =>
  startFailed(describeExit(exit), exit);

export function crashed(method: HostMethod, exit: HostExit): LikenessError {
  return new LikenessError(
    'host_crashed',
    `The model process died during "${method}". ${describeExit(exit)} ` +
      'It will be started again: try once more.',
    { details: { method, ...exit } },
  );
}

export function timedOut(method: HostMethod, timeoutMs: number): LikenessError {
  return new LikenessError(
    'host_timeout',
    `The model process did not finish "${method}" within ${timeoutMs} ms. ` +
      'Try again, or with a smaller picture.',
    { details: { method, timeoutMs } },
  );
}

export function describeExit({ code, signal }: HostExit): string {
  if (signal !== null) return `It was ended by ${signal}.`;
  return code === null ? 'It could not be started.' : `It ended with exit code ${code}.`;
}

/** What a host sent as a message of the protocol, else null. Results are trusted to fit their method. */
export function parseFromHost(message: unknown): FromHost | null {
  if (!isRecord(message)) return null;
  const { kind, id, pid } = message;
  if (kind === 'ready') return typeof pid === 'number' ? { kind, pid } : null;
  const answer = Answer.safeParse(message);
  if (answer.success) return answer.data;
  if (kind !== 'response' || typeof id !== 'number') return null;
  return { kind, id, result: { ok: false, error: unclear(message['result']) } };
}

/** The request has failed in any case, so that whoever waits for it must hear. */
const unclear = (received: unknown): ErrorData => ({
  code: 'internal',
  message: 'The model process failed without saying how.',
  details: { received },
});

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** One life of a host process: from launch to exit. */
export class Connection {
  readonly #process: HostProcess;
  readonly #patience: Patience;
  readonly #requests = new RpcClient({
    cancel: (id) => this.#giveUp(id),
    onCancel: 'leave',
    stopped,
    timedOut: (method, timeoutMs) => timedOut(method as HostMethod, timeoutMs),
    errorOf: (data) => LikenessError.fromData(data),
  });
  /** Requests that nobody waits for, on which the host still works; at the end of each, a kill. */
  readonly #abandoned = new Map<number, NodeJS.Timeout>();
  readonly #ready = Promise.withResolvers<number>();
  readonly #exited = Promise.withResolvers<HostExit>();
  #exit: HostExit | null = null;
  #closing = false;
  #replied = false;

  constructor(launch: () => HostProcess, patience: Patience) {
    this.#patience = patience;
    this.#process = launch();
    this.#process.onMessage((message) => this.#receive(message));
    this.#process.onExit((exit) => this.#end(exit));
    this.#ready.promise.catch(() => undefined);
  }

  /** It runs and takes requests. */
  get usable(): boolean {
    return this.#exit === null && !this.#closing;
  }

  /** It has answered at least once: whatever kills it later is not its start. */
  get replied(): boolean {
    return this.#replied;
  }

  get exited(): Promise<HostExit> {
    return this.#exited.promise;
  }

  /** Returns the process id; throws `host_start_failed`. */
  async start(configuration: HostConfiguration): Promise<number> {
    const { startMs } = this.#patience;
    const timer = setTimeout(() => {
      this.#ready.reject(startFailed(`It said nothing for ${startMs} ms.`));
      this.kill();
    }, startMs);
    try {
      const pid = await this.#ready.promise;
      this.#send({ kind: 'configure', configuration });
      return pid;
    } finally {
      clearTimeout(timer);
    }
  }

  async call<M extends HostMethod>(
    method: M,
    payload: HostPayload<M>,
    options: RequestOptions,
  ): Promise<HostResult<M>> {
    throwIfCancelled(options.signal);
    if (this.#exit !== null) throw crashed(method, this.#exit);
    const timeoutMs = options.timeoutMs ?? this.#patience.requestMs(method);
    const within = confinement();
    const send = (id: number): void => {
      const request = { kind: 'request', id, command: method, input: payload } as const;
      this.#send((within === undefined ? request : { ...request, within }) as ToHost);
    };
    // The answer to this id is of this method: the host answers by the same table.
    return this.#requests.ask(method, send, { ...options, timeoutMs }) as Promise<HostResult<M>>;
  }

  /** Lets what is in flight finish, then closes. */
  async retire(): Promise<void> {
    await this.#requests.idle;
    await this.close();
  }

  /** Asks the process to end, and ends it where it does not; what is in flight is `cancelled`. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#requests.failAll(stopped);
    this.#send({ kind: 'shutdown' });
    const timer = setTimeout(() => this.kill(), this.#patience.shutdownMs);
    await this.#exited.promise;
    clearTimeout(timer);
  }

  kill(): void {
    if (this.#exit === null) this.#process.kill();
  }

  #send(message: ToHost): void {
    if (this.#exit === null) this.#process.send(message);
  }

  #receive(raw: unknown): void {
    const message = parseFromHost(raw);
    // A host that speaks another language is of no use; its exit tells everybody who waits.
    if (message === null) this.kill();
    else if (message.kind === 'ready') this.#ready.resolve(message.pid);
    else {
      if (message.kind !== 'progress') this.#noteReply(message.id);
      this.#requests.take(message);
    }
  }

  #noteReply(id: number): void {
    this.#replied = true;
    clearTimeout(this.#abandoned.get(id));
    this.#abandoned.delete(id);
  }

  #giveUp(id: number): void {
    this.#send({ kind: 'cancel', id });
    const timer = setTimeout(() => this.kill(), this.#patience.cancelMs);
    this.#abandoned.set(id, timer);
  }

  #end(exit: HostExit): void {
    this.#exit = exit;
    this.#ready.reject(startFailedWith(exit));
    this.#abandoned.forEach((timer) => clearTimeout(timer));
    this.#abandoned.clear();
    this.#requests.failAll((method) => crashed(method as HostMethod, exit));
    this.#exited.resolve(exit);
  }
}
