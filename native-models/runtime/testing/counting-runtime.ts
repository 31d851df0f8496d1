import type { Runtime } from '../runtime.ts';
import type { OrtSession } from '../session.ts';

export interface CountingRuntime {
  readonly runtime: Runtime;
  /** Sessions that are open now. */
  readonly open: () => number;
  /** Sessions that were asked for. */
  readonly asked: () => number;
}

/**
 * A runtime that counts its open sessions.
 *
 * @param failsAt the session, from 1, that cannot be opened
 * @param runs whether sessions can be run
 */
export function countingRuntime(real: Runtime, failsAt = Infinity, runs = true): CountingRuntime {
  let [asked, open] = [0, 0];
  const runtime = {
    provider: real.provider,
    warnings: real.warnings,
    open: async (...source: Parameters<Runtime['open']>): Promise<OrtSession> => {
      if (++asked === failsAt) throw new Error('There is no memory for another session.');
      const session = await real.open(...source);
      open++;
      return new Proxy(session, {
        get: (target, key) => {
          if (key === 'dispose')
            return () => {
              open--;
              return target.dispose();
            };
          if (key === 'run' && !runs) return () => Promise.reject(new Error('It cannot be run.'));
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    },
  };
  return { runtime: runtime as unknown as Runtime, open: () => open, asked: () => asked };
}
