import { middle95, resamplePeople, type Interval } from '../calibration/resample.ts';
import type { Comparisons } from '../comparisons.ts';
import { RandomStream } from '../../../foundation/random.ts';
import type { OwnedComparisons } from './owned-comparisons.ts';
import { weightedRates, type SeparationRates } from './weighted-rates.ts';

export interface ResamplingPlan {
  /** False accept rates, ascending. */
  readonly fars: readonly number[];
  readonly resamples: number;
  readonly seed: number;
}

/** Fewer people with two faces say too little about others. */
export const FEWEST_PEOPLE = 10;

/** A resample meets rates somewhat farther out than everybody once does. */
const MARGIN = 3;
const FEWEST_KEPT = 200_000;

/** How far non-mated comparisons matter to resamples: well beyond EER and the largest FAR. */
export function reachOf({ nonMated }: Comparisons, eer: number, largestFar = 0.01): number {
  const share = MARGIN * Math.max(eer, largestFar);
  const kept = Math.max(FEWEST_KEPT, Math.ceil(share * nonMated.length));
  return nonMated[Math.min(kept, nonMated.length) - 1] ?? 0;
}

/**
 * The rates on resample after resample of the people. One seed draws the same people for every
 * encoder, which makes differences of their rates paired. Yields the resamples done so far.
 */
export function* resampledRates(
  owned: OwnedComparisons,
  { fars, resamples, seed }: ResamplingPlan,
): Generator<number, readonly (SeparationRates | null)[]> {
  const results: (SeparationRates | null)[] = [];
  while (results.length < resamples) {
    const random = new RandomStream(seed, 'comparison', results.length);
    const weights = resamplePeople(owned.photosOf.length, random);
    results.push(weightedRates(owned, weights, fars));
    yield results.length;
  }
  return results;
}

export interface DifferenceIntervals {
  readonly eer: Interval;
  /** One per false accept rate. */
  readonly tar: readonly Interval[];
}

/**
 * Where 95 % of the differences b − a lie that resamples of the people give. Null where hardly any
 * resample had something to compare.
 */
export function differenceIntervals(
  a: readonly (SeparationRates | null)[],
  b: readonly (SeparationRates | null)[],
): DifferenceIntervals | null {
  const both = a.flatMap((rates, i) => {
    const other = b[i] ?? null;
    return rates === null || other === null ? [] : [[rates, other] as const];
  });
  if (both.length < a.length / 2) return null;
  const over = (of: (rates: SeparationRates) => number): Interval =>
    middle95(both.map(([ofA, ofB]) => of(ofB) - of(ofA)));
  return {
    eer: over(({ eer }) => eer),
    tar: both[0]![0].tar.map((_, i) => over(({ tar }) => tar[i]!)),
  };
}
