import type { Weights } from '../calibration/rate-cursor.ts';
import type { OwnedComparisons } from './owned-comparisons.ts';

export interface SeparationRates {
  readonly eer: number;
  /** 1 − FNMR, one per false accept rate. */
  readonly tar: readonly number[];
}

/**
 * What `equalErrorRate` and `pointAtFar` give where each person counts as often as `weights` says: a
 * mated comparison so often, a non-mated one as often as both people together (their product).
 * Copies of one person are not compared with each other. Null where nothing mated or nothing
 * non-mated is left.
 *
 * Where the comparisons within reach end before a rate is met, its value there is given.
 *
 * @param fars false accept rates, ascending.
 */
export function weightedRates(
  { photosOf, mated, nonMated }: OwnedComparisons,
  weights: Weights,
  fars: readonly number[],
): SeparationRates | null {
  const total = totals(photosOf, weights);
  if (total.mated === 0 || total.nonMated === 0) return null;
  const allowed = fars.map((far) => far * total.nonMated + 1e-6);
  const tar: number[] = [];
  let eer: number | null = null;
  let [m, n, accepted, wrong] = [0, 0, 0, 0];
  while (eer === null || tar.length < fars.length) {
    const threshold = Math.min(
      m < mated.distances.length ? mated.distances[m]! : Infinity,
      n < nonMated.distances.length ? nonMated.distances[n]! : Infinity,
    );
    if (threshold === Infinity) break;
    const [acceptedBelow, wrongBelow] = [accepted, wrong];
    for (; mated.distances[m] === threshold; m++) accepted += weights[mated.person[m]!]!;
    for (; nonMated.distances[n] === threshold; n++)
      wrong += weights[nonMated.a[n]!]! * weights[nonMated.b[n]!]!;
    while (tar.length < fars.length && wrong > allowed[tar.length]!)
      tar.push(acceptedBelow / total.mated);
    if (eer === null && wrong / total.nonMated >= 1 - accepted / total.mated)
      eer = meeting(
        { fmr: wrongBelow / total.nonMated, fnmr: 1 - acceptedBelow / total.mated },
        { fmr: wrong / total.nonMated, fnmr: 1 - accepted / total.mated },
      );
  }
  const last = accepted / total.mated;
  return { eer: eer ?? 1 - last, tar: fars.map((_, i) => tar[i] ?? last) };
}

interface Rates {
  readonly fmr: number;
  readonly fnmr: number;
}

/** Where FMR and FNMR meet on the straight line between two thresholds. */
function meeting(before: Rates, after: Rates): number {
  const gapBefore = before.fnmr - before.fmr;
  const gapAfter = after.fmr - after.fnmr;
  const share = gapBefore / (gapBefore + gapAfter);
  return before.fmr + share * (after.fmr - before.fmr);
}

function totals(photosOf: Uint32Array, weights: Weights): { mated: number; nonMated: number } {
  let [mated, photos, squares] = [0, 0, 0];
  photosOf.forEach((count, person) => {
    const weight = weights[person]!;
    mated += (weight * count * (count - 1)) / 2;
    photos += weight * count;
    squares += (weight * count) ** 2;
  });
  return { mated, nonMated: (photos ** 2 - squares) / 2 };
}
