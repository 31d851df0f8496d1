import type { HostConfiguration } from '../../native-models/host/protocol.ts';
import { Connection, cancelled, type Patience } from './connection.ts';
import { forkLauncher } from './fork-launcher.ts';
import type { ProcessLauncher } from './launcher.ts';
import type { ModelHost, StartListener } from './types.ts';

export interface ModelHostOptions {
  readonly configuration: HostConfiguration;
  readonly launch?: ProcessLauncher;
  readonly patience?: Partial<Patience>;
}

const defaults: Patience = { startMs: 20_000, requestMs: 120_000, cancelMs: 10_000 };

/** Pause before the n-th start in a row that brought no answer, in milliseconds. */
const backOff = (failures: number): number =>
  failures === 0 ? 0 : Math.min(5000, 100 * 2 ** (failures - 1));

/** A client that starts its process at the first request and again after it has died. */
export function createModelHost({
  configuration,
  launch = forkLauncher(),
  patience = {},
}: ModelHostOptions): ModelHost {
  return new RestartingHost(configuration, launch, { ...defaults, ...patience });
}

class RestartingHost implements ModelHost {
  readonly #launch: ProcessLauncher;
  readonly #patience: Patience;
  readonly #listeners = new Set<StartListener>();
  #configuration: HostConfiguration;
  #connection: Promise<Connection> | null = null;
  #generation = 0;
  /** Processes in a row that died, or never came up, before they answered anything. */
  #failures = 0;
  #disposed = false;

  constructor(configuration: HostConfiguration, launch: ProcessLauncher, patience: Patience) {
    this.#configuration = configuration;
    this.#launch = launch;
    this.#patience = patience;
  }

  request: ModelHost['request'] = async (method, payload, options = {}) => {
    if (options.signal?.aborted === true) throw cancelled();
    const connection = await this.#connected();
    return connection.call(method, payload, options);
  };

  onStart(listener: StartListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async reconfigure(configuration: HostConfiguration): Promise<void> {
    this.#configuration = configuration;
    await this.#close();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#close();
  }

  async #close(): Promise<void> {
    const running = this.#connection;
    this.#connection = null;
    const connection = await running?.catch(() => null);
    await connection?.close();
  }

  async #connected(): Promise<Connection> {
    for (;;) {
      if (this.#disposed) throw cancelled();
      const starting = (this.#connection ??= this.#start());
      const connection = await starting;
      if (connection.alive) return connection;
      if (this.#connection === starting) this.#connection = null;
    }
  }

  async #start(): Promise<Connection> {
    await pause(backOff(this.#failures));
    const connection = new Connection(this.#launch, this.#patience);
    void connection.exited.then(() => {
      this.#failures = connection.replied ? 0 : this.#failures + 1;
    });
    try {
      await connection.start(this.#configuration);
      await this.#announce(connection);
    } catch (thrown) {
      this.#connection = null;
      if (connection.alive) await connection.close();
      throw thrown;
    }
    return connection;
  }

  /** Whoever keeps state in the process brings it back before anybody else is served. */
  async #announce(connection: Connection): Promise<void> {
    const generation = ++this.#generation;
    for (const listener of this.#listeners)
      await listener({
        generation,
        request: (method, payload, options = {}) => connection.call(method, payload, options),
      });
  }
}

const pause = (ms: number): Promise<void> =>
  ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
