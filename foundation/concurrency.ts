import pLimit, { type LimitFunction } from 'p-limit';
import { LikenessError } from '../contract/errors.ts';

/**
 * Does something with every item, so many at a time. The first failure stops the others: they are told
 * by their signal, and awaited, so that nothing goes on behind the caller's back.
 *
 * @param atOnce 1 or more
 * @param signal stops all from outside
 * @returns the results, in the order of the items
 * @throws what failed first, or the reason of the signal
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  atOnce: number,
  signal: AbortSignal,
  work: (item: T, index: number, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const limit = pLimit(atOnce);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const settled = await Promise.allSettled(
    items.map((item, index) =>
      limit(async () => {
        either.throwIfAborted();
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
  either.throwIfAborted();
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
