import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ForkOptions } from 'electron';

const parentPort = fileURLToPath(new URL('./parent-port.ts', import.meta.url));

/**
 * `utilityProcess.fork` on a child process of Node: messages cross by structured clone, the child
 * finds `process.parentPort` and no IPC of Node's, `message` hands over what was posted, and `exit`
 * says with which code.
 */
export function forkUtility(modulePath: string, args: string[] = [], options: ForkOptions = {}) {
  const { env, stdio } = options;
  const child = fork(modulePath, args, {
    serialization: 'advanced',
    execArgv: ['--import', parentPort],
    env: env as NodeJS.ProcessEnv,
    stdio: [...(stdio as ('pipe' | 'ignore' | 'inherit')[]), 'ipc'],
  });
  const utility = Object.assign(new EventEmitter(), {
    stdout: child.stdout,
    stderr: child.stderr,
    postMessage: (message: unknown) => void child.send(message as object, () => undefined),
    kill: () => child.kill(),
  });
  child.on('message', (message) => utility.emit('message', message));
  child.once('exit', (code) => utility.emit('exit', code ?? 1));
  return utility;
}
