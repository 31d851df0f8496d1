import { LikenessError } from '../../contract/errors.ts';
import { sortDistances, type Comparisons } from './comparisons.ts';

/** Encoded photos of known people; the arrays run in parallel. */
export interface LabeledEncodings {
  /** float32[dimension] each; null where no face was found. */
  readonly encodings: readonly (Float32Array | null)[];
  /** A number per person. */
  readonly people: readonly number[];
}

/** Four bytes each: beyond this the distances alone would take more than a gigabyte. */
const MOST_COMPARISONS = 250_000_000;

/** Euclidean distance between two encodings; infinite where one of them is missing. */
export function distance(a: Float32Array | null, b: Float32Array | null): number {
  if (a === null || b === null) return Infinity;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

/**
 * Compares every photo with every other, in steps short enough for an event loop to breathe
 * between them; each step yields the number of comparisons done so far.
 *
 * @throws LikenessError `evaluation_impossible` without a mated or a non-mated comparison, or with
 *   more comparisons than memory is for.
 */
export function* compareAll(photos: LabeledEncodings): Generator<number, Comparisons> {
  const { encodings, people } = photos;
  const counts = countComparisons(people);
  assertPossible(counts);
  const mated = new Float32Array(counts.mated);
  const nonMated = new Float32Array(counts.nonMated);
  let matedDone = 0;
  let nonMatedDone = 0;
  for (let row = 1; row < encodings.length; row++) {
    const encoding = encodings[row]!;
    const person = people[row];
    for (let column = 0; column < row; column++) {
      const d = distance(encoding, encodings[column]!);
      if (people[column] === person) mated[matedDone++] = d;
      else nonMated[nonMatedDone++] = d;
    }
    yield matedDone + nonMatedDone;
  }
  return { mated: sortDistances(mated), nonMated: sortDistances(nonMated) };
}

/** Numbers of mated and non-mated comparisons when everything is compared with everything. */
export function countComparisons(people: readonly number[]): { mated: number; nonMated: number } {
  const photosOf = new Map<number, number>();
  for (const person of people) photosOf.set(person, (photosOf.get(person) ?? 0) + 1);
  let mated = 0;
  for (const count of photosOf.values()) mated += (count * (count - 1)) / 2;
  return { mated, nonMated: (people.length * (people.length - 1)) / 2 - mated };
}

function assertPossible({ mated, nonMated }: { mated: number; nonMated: number }): void {
  if (mated === 0 || nonMated === 0)
    throw new LikenessError(
      'evaluation_impossible',
      `There are ${mated} mated and ${nonMated} non-mated comparisons, but both kinds are needed. ` +
        'Give at least two people, one of them with two photos.',
      { details: { mated, nonMated } },
    );
  if (mated + nonMated > MOST_COMPARISONS)
    throw new LikenessError(
      'evaluation_impossible',
      `${mated + nonMated} comparisons are more than fit in memory (${MOST_COMPARISONS}). ` +
        'Limit the photos per person.',
      { details: { comparisons: mated + nonMated, limit: MOST_COMPARISONS } },
    );
}
