import { RandomStream } from '../../../foundation/random.ts';
import { GalleryDraws, countLookAlikes, lookAlikes, type CrossSearches } from './galleries.ts';
import {
  fpirOfOneGallery,
  resamplePeople,
  atMost,
  fpirAt,
  thresholdsFor,
  ratesOn,
  everybodyOnce,
  middle95,
  type Grid,
  type Interval,
  type CurvePlan,
} from './rates.ts';
import { LikenessError } from '../../../contract/errors.ts';

interface BootstrapPlan {
  readonly sizes: readonly number[];
  readonly wanted: readonly number[];
  /** By size and wanted rate, how far thresholds may go. */
  readonly ceilings: Grid;
  readonly resamples: number;
  readonly seed: number;
}

/** FPIRs of one resample's thresholds, by size and wanted rate. */
interface ResampledRates {
  /** Among another resample, as the mean over galleries. */
  readonly measured: Grid;
  /** There, in one gallery of each size; null where it leaves no stranger. */
  readonly oneGallery: readonly (readonly number[] | null)[];
}

/**
 * Calibrates on resample after resample of the people and measures on others, which shows how far
 * measured rates may lie from wanted ones. Yields the resamples done so far.
 */
function* bootstrapRates(
  searches: CrossSearches,
  plan: BootstrapPlan,
): Generator<number, readonly ResampledRates[]> {
  const draws = new GalleryDraws(searches.people, plan.sizes);
  const results: ResampledRates[] = [];
  while (results.length < plan.resamples) {
    results.push(resampled(searches, draws, plan, results.length));
    yield results.length;
  }
  return results;
}

function resampled(
  searches: CrossSearches,
  draws: GalleryDraws,
  { sizes, wanted, ceilings, seed }: BootstrapPlan,
  index: number,
): ResampledRates {
  const { people } = searches;
  const random = new RandomStream(seed, 'calibration', index);
  const some = resamplePeople(people, random);
  const others = resamplePeople(people, random);
  const found = thresholdsFor(searches, draws, some, wanted);
  const thresholds = atMost(found, ceilings);
  return {
    measured: fpirAt(searches, draws, others, thresholds),
    oneGallery: sizes.map((size, s) =>
      fpirOfOneGallery(searches, others, { size, thresholds: thresholds[s]! }, random),
    ),
  };
}

interface CalibrationPlan {
  /** Sizes of gallery, in people, ascending. */
  readonly sizes: readonly number[];
  /** FPIRs, ascending. */
  readonly wanted: readonly number[];
  /** The most permissive threshold where these people are too few to tell. */
  readonly ceiling: number;
  readonly resamples: number;
  readonly seed: number;
}

/**
 * `observed`: seen among these people. `extrapolated`: the gallery is larger than they are many, and
 * the rate an upper bound. `too-few`: fewer than three pairs of them are as near as that.
 */
export type Basis = 'observed' | 'extrapolated' | 'too-few';

export interface CalibrationPoint {
  readonly gallery: number;
  readonly wanted: number;
  /** The most permissive one that keeps to `wanted` among these people. */
  readonly threshold: number;
  readonly fpir: number;
  /** Null where nobody has two photos. */
  readonly fnir: number | null;
  /** Pairs of people at the threshold or nearer: what the figure rests on. */
  readonly pairs: number;
  readonly basis: Basis;
  /** 95 %: what measuring on as many other people gives, as the mean over galleries. */
  readonly measured: Interval;
  /** 95 %: the same for one gallery alone, all others being strangers; null where nobody is left. */
  readonly oneGallery: Interval | null;
}

/** Fewer pairs of people say next to nothing about a rate. */
const FEWEST_PAIRS = 3;
export const FEWEST_PEOPLE = 10;

/**
 * Thresholds for wanted rates of false identification, with intervals by bootstrap over people
 * (docs/calibration.md). Yields the resamples done so far.
 *
 * @throws LikenessError `calibration_impossible` with fewer than ten people.
 */
export function* calibrate(
  searches: CrossSearches,
  plan: CalibrationPlan,
): Generator<number, readonly CalibrationPoint[]> {
  assertEnough(searches.people);
  const { sizes, wanted } = plan;
  const draws = new GalleryDraws(searches.people, sizes);
  const everybody = everybodyOnce(searches.people);
  const free = thresholdsFor(searches, draws, everybody, wanted);
  const ceilings = ceilingsOf(searches, free, plan.ceiling);
  const thresholds = atMost(free, ceilings);
  const pairs = thresholds.map((row) => countLookAlikes(searches, row));
  const rates = ratesOn(searches, draws, everybody, thresholds);
  const drawn = yield* bootstrapRates(searches, { ...plan, ceilings });
  const pointAt = (s: number, w: number): CalibrationPoint => ({
    gallery: sizes[s]!,
    wanted: wanted[w]!,
    threshold: thresholds[s]![w]!,
    ...rates[s]![w]!,
    pairs: pairs[s]![w]!,
    ...intervalsAt(drawn, s, w, basisOf(searches, sizes[s]!, free[s]![w]!), searches.people),
  });
  return sizes.flatMap((_, s) => wanted.map((__, w) => pointAt(s, w)));
}

/**
 * Where fewer than three pairs of people are that near, even the nearest strangers say little, so
 * the threshold does not go beyond the ceiling; elsewhere there is none.
 */
const ceilingsOf = (searches: CrossSearches, thresholds: Grid, ceiling: number): Grid => {
  const tellingFrom = fewPairsUpTo(searches);
  return thresholds.map((row) =>
    row.map((threshold) => (threshold < tellingFrom ? ceiling : Infinity)),
  );
};

export function basisOf(searches: CrossSearches, gallery: number, threshold: number): Basis {
  if (threshold < fewPairsUpTo(searches)) return 'too-few';
  return gallery > searches.people ? 'extrapolated' : 'observed';
}

/** Distance of the third-nearest pair of people. */
function fewPairsUpTo(searches: CrossSearches): number {
  return lookAlikes(searches, Infinity, FEWEST_PAIRS)[FEWEST_PAIRS - 1]?.distance ?? Infinity;
}

function intervalsAt(
  drawn: readonly ResampledRates[],
  s: number,
  w: number,
  basis: Basis,
  people: number,
): Pick<CalibrationPoint, 'basis' | 'measured' | 'oneGallery'> {
  const interval = (rates: readonly number[]) => widened(middle95(rates), basis, people);
  const alone = drawn.flatMap(({ oneGallery }) => oneGallery[s]?.[w] ?? []);
  return {
    basis,
    measured: interval(drawn.map(({ measured }) => measured[s]![w]!)),
    oneGallery: alone.length < drawn.length / 2 ? null : interval(alone),
  };
}

/**
 * A resample cannot show what happened to nobody. With n strangers of whom none was named, rates up
 * to 1 − 0.025^(1/n) are not to be excluded (Clopper and Pearson, 1934).
 */
function widened({ low, high }: Interval, basis: Basis, people: number): Interval {
  if (basis !== 'too-few') return { low, high };
  return { low: 0, high: Math.max(high, 1 - 0.025 ** (1 / people)) };
}

function assertEnough(people: number): void {
  if (people >= FEWEST_PEOPLE) return;
  throw new LikenessError(
    'calibration_impossible',
    `Calibrating takes at least ${FEWEST_PEOPLE} people, and here they number ${people}. ` +
      'Enroll more people, or give a folder with photos of others.',
    { details: { people, needed: FEWEST_PEOPLE } },
  );
}

interface GrowthPoint {
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

interface GrowthPlan extends CurvePlan {
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
