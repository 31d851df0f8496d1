import { setImmediate as turn } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { LikenessError } from '../contract/errors.ts';

/** What work that was called off ends with. */
export const stopped = (): LikenessError => new LikenessError('cancelled', 'Stopped.');

/** Between two steps. @throws LikenessError cancelled */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw stopped();
}

/** Milliseconds of computing after which others get their turn. */
const SHARE = 20;

/** Runs a stepper to its end without blocking the event loop for longer than a step and 20 ms. */
export async function runInTurns<Step, Result>(
  stepper: Generator<Step, Result>,
  signal?: AbortSignal,
  onPause?: (step: Step) => void,
): Promise<Result> {
  let resumed = performance.now();
  for (;;) {
    const next = stepper.next();
    if (next.done === true) return next.value;
    if (performance.now() - resumed < SHARE) continue;
    onPause?.(next.value);
    await turn();
    throwIfCancelled(signal);
    resumed = performance.now();
  }
}

/**
 * Does something with every item, so many at a time. The first failure stops the others: they are told
 * by their signal, and awaited, so that nothing goes on behind the caller's back.
 *
 * @param atOnce 1 or more
 * @param signal stops all from outside
 * @returns the results, in the order of the items
 * @throws what failed first; LikenessError cancelled where the signal came first
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  atOnce: number,
  signal: AbortSignal | undefined,
  work: (item: T, index: number, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const limit = pLimit(atOnce);
  const failed = new AbortController();
  const either = AbortSignal.any([failed.signal, ...(signal === undefined ? [] : [signal])]);
  const settled = await Promise.allSettled(
    items.map((item, index) =>
      limit(async () => {
        if (either.aborted) throw stopped();
        try {
          return await work(item, index, either);
        } catch (thrown) {
          // The first reason stays; later ones are its consequences.
          failed.abort(thrown);
          throw thrown;
        }
      }),
    ),
  );
  if (failed.signal.aborted) throw failed.signal.reason;
  throwIfCancelled(signal);
  return settled.map((each) => (each as PromiseFulfilledResult<R>).value);
}

/** Runs tasks in the order in which they came, at most so many at once. */
export class Queue {
  readonly #limit: LimitFunction;

  constructor(atOnce: number) {
    this.#limit = pLimit(atOnce);
  }

  /**
   * @param signal lets go of the task at once while it waits; once it has begun, the task decides
   * @throws LikenessError cancelled, or what the task throws
   */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) throw cancelled();
    const begun = Promise.withResolvers<undefined>();
    const leave = (): void => {
      begun.reject(cancelled());
    };
    signal?.addEventListener('abort', leave, { once: true });
    const result = this.#limit(() => {
      signal?.removeEventListener('abort', leave);
      if (signal?.aborted === true) throw cancelled();
      begun.resolve(undefined);
      return task();
    });
    // Of a task that was let go of, nobody hears.
    result.catch(() => undefined);
    await begun.promise;
    return result;
  }
}

const cancelled = (): LikenessError =>
  new LikenessError('cancelled', 'It was stopped before its turn.');
