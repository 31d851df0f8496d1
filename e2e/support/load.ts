import { spawn } from 'node:child_process';

/**
 * Keeps so many processes busy, as a machine is that compiles or plays a film beside the
 * application, until the returned value is disposed of.
 */
export function busyMachine(processes: number): Disposable {
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, ['-e', 'for (;;) Math.random();'], { stdio: 'ignore' }),
  );
  const stop = (): void => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.once('exit', stop);
  return {
    [Symbol.dispose]: () => {
      process.off('exit', stop);
      stop();
    },
  };
}
