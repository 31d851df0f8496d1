import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ToHost } from '../../native-models/host/protocol.ts';
import type { HostExit, HostProcess, ProcessLauncher } from './launcher.ts';
import { Tail } from './tail.ts';

const KEPT_LINES = 20;

/** The host's entry: a source file beside sources, `host.js` beside the bundle. */
export function hostEntry(module: string = import.meta.url): string {
  const entry = module.endsWith('.ts') ? '../../native-models/host/main.ts' : './host.js';
  return fileURLToPath(new URL(entry, module));
}

/** Starts hosts as child processes of Node. */
export const forkLauncher = (entry: string = hostEntry()): ProcessLauncher => ({
  launch: () => forkHost(entry),
});

function forkHost(entry: string): HostProcess {
  const child = fork(entry, [], {
    serialization: 'advanced',
    // Flags of the parent (debugger ports, loaders of a test runner) are not for the child.
    execArgv: [],
    // Standard output belongs to the caller: native libraries must not write into it.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const tail = collectOutput(child);
  return {
    pid: child.pid,
    send: (message) => deliver(child, message),
    onMessage: (listener) => void child.on('message', listener),
    exited: exitOf(child, tail),
    lastWords: () => tail.lines(),
    kill: () => void child.kill('SIGKILL'),
  };
}

function deliver(child: ChildProcess, message: ToHost): void {
  // A channel that is closed means that the process is ending: `exited` tells.
  if (child.connected) child.send(message, () => undefined);
}

function collectOutput(child: ChildProcess): Tail {
  const tail = new Tail(KEPT_LINES);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => tail.append(text));
  }
  return tail;
}

/** `close` comes after the last output; `error` alone where the process never started. */
const exitOf = (child: ChildProcess, tail: Tail) =>
  new Promise<HostExit>((resolve) => {
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
    child.on('error', (error) => {
      tail.append(`${error.message}\n`);
      if (child.pid === undefined) resolve({ exitCode: null, signal: null });
    });
  });
