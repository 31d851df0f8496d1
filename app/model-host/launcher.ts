import type { HostConfiguration, ToHost } from '../../contract/host.ts';

/** How a host process ended; both null where it could not be started at all. */
export interface HostExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines that it wrote to standard error. */
  readonly stderr: readonly string[];
}

/** A started process, whatever started it. */
export interface HostProcess {
  /** What cannot be delivered any more is dropped: `onExit` tells why. */
  send(message: ToHost): void;
  /** Whatever comes, unchecked. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, also where the process could not be started at all. */
  onExit(listener: (exit: HostExit) => void): void;
  /** Ends it without asking. */
  kill(): void;
}

/** Starts a model host: `child_process.fork` under Node, `utilityProcess.fork` under Electron. */
export type ProcessLauncher = (role: HostConfiguration['role']) => HostProcess;
