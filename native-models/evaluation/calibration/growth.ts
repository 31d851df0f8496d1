import { RandomStream } from '../../../foundation/random.ts';
import { basisOf, ceilingsOf, type Basis } from './calibrate.ts';
import type { CrossSearches } from './cross-search.ts';
import { ratesOn, type CurvePlan } from './curves.ts';
import { GalleryDraws } from './gallery-draws.ts';
import { everybodyOnce, middle95, resamplePeople, type Interval } from './resample.ts';
import { atMost, thresholdsFor, type Grid } from './thresholds.ts';

export interface GrowthPoint {
  readonly gallery: number;
  readonly threshold: number;
  readonly band: Interval;
  readonly fnir: number | null;
  readonly basis: Basis;
}

export interface Growth {
  readonly wanted: number;
  /** Sizes ascend. */
  readonly points: readonly GrowthPoint[];
}

export interface GrowthPlan extends CurvePlan {
  readonly wanted: readonly number[];
  readonly ceiling: number;
}

/** How the threshold for each wanted rate moves as the gallery grows. Yields as above. */
export function* thresholdGrowth(
  searches: CrossSearches,
  { sizes, wanted, ceiling, resamples, seed }: GrowthPlan,
): Generator<number, readonly Growth[]> {
  const draws = new GalleryDraws(searches.people, sizes);
  const everybody = everybodyOnce(searches.people);
  const free = thresholdsFor(searches, draws, everybody, wanted);
  const ceilings = ceilingsOf(searches, free, ceiling);
  const thresholds = atMost(free, ceilings);
  const rates = ratesOn(searches, draws, everybody, thresholds);
  const drawn: Grid[] = [];
  while (drawn.length < resamples) {
    const random = new RandomStream(seed, 'calibration growth', drawn.length);
    const weights = resamplePeople(searches.people, random);
    drawn.push(atMost(thresholdsFor(searches, draws, weights, wanted), ceilings));
    yield drawn.length;
  }
  const pointAt = (s: number, w: number): GrowthPoint => ({
    gallery: sizes[s]!,
    threshold: thresholds[s]![w]!,
    band: middle95(drawn.map((grid) => grid[s]![w]!)),
    fnir: rates[s]![w]!.fnir,
    basis: basisOf(searches, sizes[s]!, free[s]![w]!),
  });
  return wanted.map((rate, w) => ({ wanted: rate, points: sizes.map((_, s) => pointAt(s, w)) }));
}
