import type { ToHost } from '../../native-models/host/protocol.ts';

/** How a host process ended. */
export interface HostExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** A started process, whatever started it. */
export interface HostProcess {
  readonly pid: number | undefined;
  /** May be called at any time; what cannot be delivered shows in `exited`. */
  send(message: ToHost): void;
  /** Whatever the process says, unchecked. */
  onMessage(listener: (message: unknown) => void): void;
  /** Settles once, also where the process could not be started at all; never rejects. */
  readonly exited: Promise<HostExit>;
  /** The last lines that it wrote to standard output and error. */
  lastWords(): readonly string[];
  /** Ends it without asking. */
  kill(): void;
}

/** Starts model hosts: `child_process.fork` under Node, `utilityProcess` under Electron. */
export interface ProcessLauncher {
  launch(): HostProcess;
}
