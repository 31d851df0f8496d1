/** Something to be timed; what it yields is kept from the last run. */
export type Task<Result> = () => Promise<Result>;

export interface Timed<Result> {
  /** Milliseconds, one per round. */
  readonly times: readonly number[];
  readonly result: Result;
}

/**
 * Runs all tasks in turn, round after round and every other round backwards, so that whatever else
 * the machine does, and how warm it is, meets all of them alike. One round before is not counted.
 *
 * @param restMs pause before each task: what the one before leaves behind (garbage that is collected
 *   on other threads) must not be paid by the next.
 */
export async function interleave<Tasks extends Readonly<Record<string, Task<unknown>>>>(
  tasks: Tasks,
  rounds: number,
  restMs = 0,
): Promise<{ readonly [N in keyof Tasks]: Timed<Awaited<ReturnType<Tasks[N]>>> }> {
  const names = Object.keys(tasks);
  const times = new Map(names.map((name) => [name, [] as number[]]));
  const results = new Map<string, unknown>();
  for (let round = -1; round < rounds; round++)
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      if (restMs > 0) await rest(restMs);
      const started = performance.now();
      results.set(name, await tasks[name]!());
      if (round >= 0) times.get(name)!.push(performance.now() - started);
    }
  const timed = names.map((name) => [name, { times: times.get(name)!, result: results.get(name) }]);
  // The entries are those of `tasks`, name by name.
  return Object.fromEntries(timed) as never;
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear between the two nearest order statistics; `share` from 0 (least) to 1 (greatest). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  return below + (place % 1) * (sorted[Math.ceil(place)]! - below);
}
