import { setTimeout as pause } from 'node:timers/promises';
import type { HostConfiguration } from '../../contract/host.ts';
import { stopped } from '../../foundation/concurrency.ts';
import { toLikenessError } from '../../contract/errors.ts';
import type { HostState } from '../../contract/application.ts';
import { Connection, describeExit, backOff, defaultPatience, type Patience } from './connection.ts';
import { forkLauncher, type HostExit, type ProcessLauncher } from './launcher.ts';
import type { ModelHost, StartListener } from './types.ts';

export interface ModelHostOptions {
  readonly configuration: HostConfiguration;
  readonly launch?: ProcessLauncher;
  readonly patience?: Partial<Patience>;
}

/** A client that starts its process at the first request and again after it has died. */
export function createModelHost({
  configuration,
  launch = forkLauncher(),
  patience = {},
}: ModelHostOptions): ModelHost {
  return new RestartingHost(configuration, launch, { ...defaultPatience, ...patience });
}

class RestartingHost implements ModelHost {
  readonly #launch: ProcessLauncher;
  readonly #patience: Patience;
  readonly #listeners = new Set<StartListener>();
  readonly #watchers = new Set<(state: HostState) => void>();
  /** Every process that runs, also those that are being replaced. */
  readonly #processes = new Set<Connection>();
  readonly #disposal = new AbortController();
  #configuration: HostConfiguration;
  #connection: Promise<Connection> | null = null;
  #generation = 0;
  #state: HostState = { kind: 'idle' };
  /** Processes in a row that died, or never came up, before they answered anything. */
  #failures = 0;

  constructor(configuration: HostConfiguration, launch: ProcessLauncher, patience: Patience) {
    this.#configuration = configuration;
    this.#launch = launch;
    this.#patience = patience;
  }

  request: ModelHost['request'] = async (method, payload, options = {}) => {
    for (;;) {
      if (options.signal?.aborted === true || this.#disposal.signal.aborted) throw stopped();
      const starting = (this.#connection ??= this.#start());
      const connection = await starting;
      if (connection.usable) return connection.call(method, payload, options);
      // It has died, or is being replaced, since it was started.
      if (this.#connection === starting) this.#connection = null;
    }
  };

  onStart(listener: StartListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get state(): HostState {
    return this.#state;
  }

  onState(listener: (state: HostState) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  async reconfigure(configuration: HostConfiguration): Promise<void> {
    this.#configuration = configuration;
    const replaced = await this.#connection?.catch(() => null);
    this.#connection = null;
    if (replaced?.usable === true) this.#become({ kind: 'idle' });
    // Whoever waits for the replaced process shall not notice; `dispose` ends it in any case.
    void replaced?.retire();
  }

  async dispose(): Promise<void> {
    this.#disposal.abort();
    await Promise.all(Array.from(this.#processes, (connection) => connection.close()));
  }

  async #start(): Promise<Connection> {
    try {
      this.#become({ kind: 'starting' });
      await pause(backOff(this.#failures), null, { signal: this.#disposal.signal });
      return await this.#startNow();
    } catch (thrown) {
      this.#connection = null;
      if (this.#disposal.signal.aborted) throw stopped();
      this.#become({ kind: 'crashed', message: toLikenessError(thrown).message });
      throw thrown;
    }
  }

  async #startNow(): Promise<Connection> {
    const launch = () => this.#launch(this.#configuration.role);
    const connection = this.#track(new Connection(launch, this.#patience));
    try {
      const pid = await connection.start(this.#configuration);
      await this.#announce(connection, pid);
      this.#become({ kind: 'ready', pid });
      void connection.exited.then((exit) => this.#noteExit(pid, exit));
    } catch (thrown) {
      await connection.close();
      throw thrown;
    }
    return connection;
  }

  /** The end of a process that has been replaced says nothing about its successor. */
  #noteExit(pid: number, exit: HostExit): void {
    if (this.#state.kind !== 'ready' || this.#state.pid !== pid) return;
    this.#become(
      this.#disposal.signal.aborted
        ? { kind: 'idle' }
        : { kind: 'crashed', message: `The model process died. ${describeExit(exit)}` },
    );
  }

  #become(state: HostState): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher(state);
  }

  #track(connection: Connection): Connection {
    this.#processes.add(connection);
    void connection.exited.then(() => {
      this.#processes.delete(connection);
      this.#failures = connection.replied ? 0 : this.#failures + 1;
    });
    return connection;
  }

  /** Whoever keeps state in the process brings it back before anybody else is served. */
  async #announce(connection: Connection, pid: number): Promise<void> {
    const generation = ++this.#generation;
    for (const listener of this.#listeners)
      await listener({
        generation,
        pid,
        request: (method, payload, options = {}) => connection.call(method, payload, options),
      });
  }
}
