import { RandomStream } from '../../../foundation/random.ts';
import type { CrossSearches } from './cross-search.ts';
import { GalleryDraws } from './gallery-draws.ts';
import { fpirOfOneGallery } from './one-gallery.ts';
import { resamplePeople } from './resample.ts';
import { atMost, fpirAt, thresholdsFor, type Grid } from './thresholds.ts';

export interface BootstrapPlan {
  readonly sizes: readonly number[];
  readonly wanted: readonly number[];
  /** By size and wanted rate, how far thresholds may go. */
  readonly ceilings: Grid;
  readonly resamples: number;
  readonly seed: number;
}

/** FPIRs of one resample's thresholds, by size and wanted rate. */
export interface ResampledRates {
  /** Among another resample, as the mean over galleries. */
  readonly measured: Grid;
  /** There, in one gallery of each size; null where it leaves no stranger. */
  readonly oneGallery: readonly (readonly number[] | null)[];
}

/**
 * Calibrates on resample after resample of the people and measures on others, which shows how far
 * measured rates may lie from wanted ones. Yields the resamples done so far.
 */
export function* bootstrapRates(
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
