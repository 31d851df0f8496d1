import type { UtilityProcess } from 'electron';
import {
  hostEnvironment,
  LastLines,
  type HostProcess,
  type ProcessLauncher,
} from '../../model-host/launcher.ts';
import type { Electron } from './electron-api.ts';

/** Starts hosts with `utilityProcess.fork`: a crash of one is no crash of the window. */
export const utilityLauncher =
  ({ utilityProcess }: Pick<Electron, 'utilityProcess'>, modulePath: string): ProcessLauncher =>
  (role) =>
    wrap(
      utilityProcess.fork(modulePath, [], {
        serviceName: 'Likeness models',
        env: hostEnvironment(role),
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
    );

function wrap(child: UtilityProcess): HostProcess {
  const stderr = new LastLines();
  child.stderr?.on('data', (bytes: Buffer) => stderr.push(bytes.toString('utf8')));
  let ended = false;
  child.once('exit', () => (ended = true));
  return {
    send: (message) => {
      if (!ended) child.postMessage(message);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) =>
      void child.once('exit', (code) => listener({ code, signal: null, stderr: stderr.lines })),
    kill: () => void child.kill(),
  };
}
