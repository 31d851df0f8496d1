import { setImmediate as turn } from 'node:timers/promises';
import { LikenessError } from '../../contract/errors.ts';

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
 * Maps in order with at most `limit` items under way. After a failure no further one is begun; it
 * is thrown once those under way have ended, so that nothing goes on behind the caller's back.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  limit: number,
  map: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const failures: unknown[] = [];
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) {
      if (failures.length > 0) return;
      results.set(index, await map(item));
    }
  };
  const note = (reason: unknown) => failures.push(reason);
  await Promise.all(Array.from({ length: limit }, () => work().catch(note)));
  if (failures.length > 0) throw failures[0];
  return items.map((_, index) => results.get(index)!);
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new LikenessError('cancelled', 'Stopped.');
}
