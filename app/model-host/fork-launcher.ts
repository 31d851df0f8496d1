import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hostEnvironment } from './host-environment.ts';
import { LastLines } from './last-lines.ts';
import type { HostExit, HostProcess, ProcessLauncher } from './launcher.ts';

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
