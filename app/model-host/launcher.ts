import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HostConfiguration, ToHost } from '../../contract/host.ts';

const KEPT = 20;

/** The end of a text stream, for error reports. */
export class LastLines {
  #whole: readonly string[] = [];
  #unfinished = '';

  push(text: string): void {
    const lines = (this.#unfinished + text).split('\n');
    this.#unfinished = lines.pop() ?? '';
    this.#whole = [...this.#whole, ...lines].slice(-KEPT);
  }

  get lines(): readonly string[] {
    return this.#unfinished === '' ? this.#whole : [...this.#whole, this.#unfinished];
  }
}

/**
 * glibc learns from every large block that is freed to keep the next ones, and keeps more for every
 * thread; in the end it holds a quarter more than is used. Fixed thresholds and one arena end that.
 * Much smaller thresholds cost faces far more than they save: with 128 KiB every tensor is mapped
 * and cleared anew, and a frame takes more than twice as long. Paintings keep their tensors from
 * step to step: there a smaller one costs nothing measurable, and former sizes leave fewer pieces
 * behind. Other systems pass over these variables.
 */
const givesMemoryBack = (role: HostConfiguration['role']) => ({
  MALLOC_TRIM_THRESHOLD_: String(8 * 2 ** 20),
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: String((role === 'studio' ? 4 : 16) * 2 ** 20),
});

/**
 * A network is a few hundred blocks of megabytes, and the first touch of each of their 4 KiB pages is a
 * fault. In pages of 2 MiB a cold start takes half the time (1.1 s instead of 2.0 s to recognize a photo).
 * Paintings stay with small pages: their memory is predicted to the megabyte. glibc from 2.35 on reads it;
 * what the user has tuned otherwise is kept.
 */
function hugePages(role: HostConfiguration['role']): NodeJS.ProcessEnv {
  const tuned = process.env['GLIBC_TUNABLES'] ?? '';
  if (role === 'studio' || tuned.includes('glibc.malloc.hugetlb')) return {};
  return { GLIBC_TUNABLES: [tuned, 'glibc.malloc.hugetlb=1'].filter(Boolean).join(':') };
}

/** What every launcher starts a host with: this process's variables, and how its memory is kept. */
export const hostEnvironment = (role: HostConfiguration['role']): NodeJS.ProcessEnv => ({
  ...process.env,
  ...givesMemoryBack(role),
  ...hugePages(role),
});

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

/** Running from source the host is a module of its own folder; bundled it lies beside the shell. */
const entry = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? new URL('../../native-models/host/main.ts', import.meta.url)
    : new URL('./host.js', import.meta.url),
);

/** Starts hosts with `child_process.fork`; messages cross by structured clone. */
export const forkLauncher =
  (modulePath: string = entry): ProcessLauncher =>
  (role) =>
    wrap(
      fork(modulePath, [], {
        serialization: 'advanced',
        // Flags of the shell (a debugger's port, a test runner's loader) are not the host's.
        execArgv: [],
        env: hostEnvironment(role),
        // Standard output belongs to the shell: there a command prints nothing but its result.
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      }),
    );

function wrap(child: ChildProcess): HostProcess {
  const stderr = new LastLines();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
  return {
    // Without a callback a failed send would be thrown as an `error` event; `onExit` tells of it.
    send: (message) => child.connected && child.send(message, () => undefined),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => onceEnded(child, stderr, listener),
    kill: () => child.kill('SIGKILL'),
  };
}

function onceEnded(
  child: ChildProcess,
  stderr: LastLines,
  listener: (exit: HostExit) => void,
): void {
  let told = false;
  const tell = (code: number | null, signal: string | null): void => {
    if (told) return;
    told = true;
    listener({ code, signal, stderr: stderr.lines });
  };
  child.once('error', (error) => {
    stderr.push(`${error.message}\n`);
    // Where the process never started, `close` does not follow.
    if (child.pid === undefined) tell(null, null);
  });
  child.once('close', tell);
}
