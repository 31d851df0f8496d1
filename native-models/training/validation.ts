import { sortDistances, type Comparisons } from '../evaluation/comparisons.ts';
import { equalErrorRate, pointAtFar } from '../evaluation/operating-points.ts';

/** The false-match rates at which encoders are compared, the loosest first. */
export const FALSE_MATCH_RATES = [0.01, 0.001, 0.0001, 0.00001] as const;

export interface Separation {
  readonly mated: number;
  readonly nonMated: number;
  /** Share of mated comparisons that are accepted, 0…1, per false-match rate. */
  readonly tar: readonly { readonly far: number; readonly tar: number }[];
  readonly eer: number;
}

/**
 * How well encodings tell people apart: every photo against every other.
 *
 * @returns null where there are no mated or no non-mated comparisons.
 */
export function separationOf(
  encodings: readonly Float32Array[],
  people: readonly string[],
): Separation | null {
  const comparisons = compareAll(encodings, people);
  const { mated, nonMated } = comparisons;
  if (mated.length === 0 || nonMated.length === 0) return null;
  const tar = FALSE_MATCH_RATES.map((far) => ({ far, tar: 1 - pointAtFar(comparisons, far).fnmr }));
  return { mated: mated.length, nonMated: nonMated.length, tar, eer: equalErrorRate(comparisons) };
}

/** Euclidean distances of all pairs, ascending. */
export function compareAll(
  encodings: readonly Float32Array[],
  people: readonly string[],
): Comparisons {
  const mated: number[] = [];
  const nonMated = new Float32Array((encodings.length * (encodings.length - 1)) / 2);
  let strangers = 0;
  for (let i = 0; i < encodings.length; i++)
    for (let j = 0; j < i; j++) {
      const distance = distanceBetween(encodings[i]!, encodings[j]!);
      if (people[i] === people[j]) mated.push(distance);
      else nonMated[strangers++] = distance;
    }
  return {
    mated: sortDistances(Float32Array.from(mated)),
    nonMated: sortDistances(nonMated.slice(0, strangers)),
  };
}

function distanceBetween(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}
