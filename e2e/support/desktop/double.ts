import { fork } from 'node:child_process';
import path from 'node:path';
import type { Shell } from './shell.ts';
import type { Order, Report } from './orders.ts';

type Told<K extends Report['kind']> = Extract<Report, { kind: K }>;

/** The built main and preload on the double of Electron, under Node. */
export async function startDouble(env: NodeJS.ProcessEnv): Promise<Shell> {
  const child = fork(path.join(import.meta.dirname, 'double-process.ts'), [], {
    env,
    execArgv: [],
    serialization: 'advanced',
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const told = <K extends Report['kind']>(kind: K): Promise<Told<K>> =>
    new Promise((resolve, reject) => {
      const hear = (report: Report): void => {
        if (report.kind !== kind) return;
        child.off('message', hear);
        resolve(report as Told<K>);
      };
      child.on('message', hear);
      void ended.then((code) => reject(new Error(`The double ended with ${String(code)}.`)));
    });
  const order = (what: Order): void => void child.send(what);
  const ask = <K extends Report['kind']>(what: Order, kind: K): Promise<Told<K>> => {
    const answer = told(kind);
    order(what);
    return answer;
  };
  const early: unknown[] = [];
  let hear = (message: unknown): void => void early.push(message);
  child.on('message', (report: Report) => {
    if (report.kind === 'heard') hear(report.message);
  });
  await told('ready');
  return {
    pid: child.pid!,
    send: (message) => {
      order({ kind: 'send', message });
      return Promise.resolve();
    },
    listen: (listener) => {
      hear = listener;
      early.forEach(listener);
      return Promise.resolve();
    },
    get: (url) => ask({ kind: 'get', url }, 'got'),
    visit: (url) => ask({ kind: 'visit', url }, 'at'),
    preferences: async () => (await ask({ kind: 'preferences' }, 'preferences')).preferences,
    close: () => {
      order({ kind: 'close' });
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
