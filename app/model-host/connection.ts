import type {
  HostConfiguration,
  HostMethod,
  HostPayload,
  HostResult,
  ToHost,
} from '../../contract/host.ts';
import { confinement } from '../../foundation/files/confinement.ts';
import { cancelled, crashed, startFailed, startFailedWith } from './failures.ts';
import type { HostExit, HostProcess } from './launcher.ts';
import { parseFromHost } from './messages.ts';
import type { Patience } from './patience.ts';
import { Requests } from './requests.ts';
import type { RequestOptions } from './types.ts';

/** One life of a host process: from launch to exit. */
export class Connection {
  readonly #process: HostProcess;
  readonly #patience: Patience;
  readonly #requests = new Requests((id) => this.#giveUp(id));
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
    if (options.signal?.aborted === true) throw cancelled();
    if (this.#exit !== null) throw crashed(method, this.#exit);
    const timeoutMs = options.timeoutMs ?? this.#patience.requestMs(method);
    const { id, promise } = this.#requests.open(method, timeoutMs, options);
    const within = confinement();
    const request = { kind: 'request', id, method, payload } as const;
    this.#send((within === undefined ? request : { ...request, within }) as ToHost);
    // The reply to this id is of this method: the host answers by the same table.
    return promise as Promise<HostResult<M>>;
  }

  /** Lets what is in flight finish, then closes. */
  async retire(): Promise<void> {
    await this.#requests.idle;
    await this.close();
  }

  /** Asks the process to end, and ends it where it does not; what is in flight is `cancelled`. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#requests.failAll(cancelled);
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
      this.#requests.settle(message);
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
    this.#requests.failAll((method) => crashed(method, exit));
    this.#exited.resolve(exit);
  }
}
