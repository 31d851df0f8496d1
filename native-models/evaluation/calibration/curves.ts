import { RandomStream } from '../../../foundation/random.ts';
import type { CrossSearches } from './cross-search.ts';
import { GalleryDraws } from './gallery-draws.ts';
import { RateCursor, type Weights } from './rate-cursor.ts';
import { everybodyOnce, middle95, resamplePeople, withoutBias, type Interval } from './resample.ts';
import { thresholdsFor } from './thresholds.ts';

export interface CurvePoint {
  readonly threshold: number;
  readonly fpir: number;
  /** 95 %, of resamples of the people. */
  readonly fpirBand: Interval;
  /** Null where nobody has two photos. */
  readonly fnir: number | null;
  readonly fnirBand: Interval | null;
}

export interface RateCurve {
  readonly gallery: number;
  readonly points: readonly CurvePoint[];
}

export interface CurvePlan {
  readonly sizes: readonly number[];
  readonly resamples: number;
  readonly seed: number;
}

/** Higher rates are nobody's wish. */
const HIGHEST_FPIR = 0.5;
const POINTS = 60;

/**
 * Both rates over the threshold for each size of gallery, from the nearest look-alikes on. Yields
 * the resamples done so far.
 */
export function* rateCurves(
  searches: CrossSearches,
  { sizes, resamples, seed }: CurvePlan,
): Generator<number, readonly RateCurve[]> {
  const draws = new GalleryDraws(searches.people, sizes);
  const everybody = everybodyOnce(searches.people);
  const grids = thresholdsFor(searches, draws, everybody, [0, HIGHEST_FPIR]).map(evenly);
  const rates = ratesOn(searches, draws, everybody, grids);
  const drawn: RatesOnGrid[] = [];
  while (drawn.length < resamples) {
    const random = new RandomStream(seed, 'calibration curves', drawn.length);
    drawn.push(ratesOn(searches, draws, resamplePeople(searches.people, random), grids));
    yield drawn.length;
  }
  return sizes.map((gallery, s) => ({
    gallery,
    points: grids[s]!.map((threshold, i) => ({
      threshold,
      ...rates[s]![i]!,
      fpirBand: withoutBias(
        drawn.map((rows) => rows[s]![i]!.fpir),
        rates[s]![i]!.fpir,
      ),
      fnirBand: bandOf(drawn.map((rows) => rows[s]![i]!.fnir)),
    })),
  }));
}

const bandOf = (rates: readonly (number | null)[]): Interval | null => {
  const known = rates.filter((rate) => rate !== null);
  return known.length === 0 ? null : middle95(known);
};

/** By size, then by threshold. */
export type RatesOnGrid = readonly (readonly {
  readonly fpir: number;
  readonly fnir: number | null;
}[])[];

const evenly = ([from, to]: readonly number[]): readonly number[] =>
  Array.from({ length: POINTS }, (_, i) => from! + ((to! - from!) * i) / (POINTS - 1));

/** Both rates at the thresholds of each size. */
export function ratesOn(
  searches: CrossSearches,
  draws: GalleryDraws,
  weights: Weights,
  grids: readonly (readonly number[])[],
): RatesOnGrid {
  const cursor = new RateCursor(searches, draws, weights);
  const rows = grids.map((grid) => grid.map(() => ({ fpir: 0, fnir: null as number | null })));
  const stops = grids.flatMap((grid, s) => grid.map((threshold, i) => ({ threshold, s, i })));
  for (const { threshold, s, i } of stops.sort((a, b) => a.threshold - b.threshold)) {
    cursor.advanceTo(threshold);
    rows[s]![i] = { fpir: cursor.fpir[s]!, fnir: cursor.fnir(s) };
  }
  return rows;
}
