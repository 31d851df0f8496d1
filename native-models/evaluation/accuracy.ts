import { mergeComparisons, type Comparisons } from './comparisons.ts';
import { operatingPoint } from './operating-points.ts';

export interface FoldedAccuracy {
  /** Mean over the folds. */
  readonly mean: number;
  /** Sample standard deviation over the folds. */
  readonly standardDeviation: number;
  /** Of the mean: standard deviation / √folds, the figure that LFW's result tables print. */
  readonly standardError: number;
  /** Mean of the thresholds chosen. */
  readonly threshold: number;
}

/**
 * Cross-validated accuracy as LFW prescribes it (Huang et al. 2007, section 3): each fold is
 * judged at the threshold that is best on all the others. Both kinds of error weigh the same,
 * accuracy = 1 − (FMR + FNMR) / 2, which is the share of right answers where mated and non-mated
 * pairs are equally many, as they are in LFW. Folds without both kinds are left out.
 */
export function foldedAccuracy(folds: readonly Comparisons[]): FoldedAccuracy {
  const usable = folds.filter(({ mated, nonMated }) => mated.length > 0 && nonMated.length > 0);
  if (usable.length < 2) return resubstitution(mergeComparisons(folds));
  const results = usable.map((fold, left) => {
    const threshold = bestThreshold(mergeComparisons(usable.filter((_, other) => other !== left)));
    return { threshold, accuracy: accuracyAt(fold, threshold) };
  });
  const mean = average(results.map((result) => result.accuracy));
  const squares = results.reduce((sum, { accuracy }) => sum + (accuracy - mean) ** 2, 0);
  const standardDeviation = Math.sqrt(squares / (results.length - 1));
  return {
    mean,
    standardDeviation,
    standardError: standardDeviation / Math.sqrt(results.length),
    threshold: average(results.map((result) => result.threshold)),
  };
}

/** Too few people for folds: judged at the threshold that is best on the very same pairs. */
function resubstitution(all: Comparisons): FoldedAccuracy {
  const threshold = bestThreshold(all);
  return { mean: accuracyAt(all, threshold), standardDeviation: 0, standardError: 0, threshold };
}

export function accuracyAt(comparisons: Comparisons, threshold: number): number {
  const { fmr, fnmr } = operatingPoint(comparisons, threshold);
  return 1 - (fmr + fnmr) / 2;
}

/**
 * The threshold of highest accuracy. The optimum always lies just above a mated distance; the
 * middle between it and the next distance is taken, and the lowest where several are as good.
 */
export function bestThreshold({ mated, nonMated }: Comparisons): number {
  let best = { gain: 0, threshold: 0 };
  let below = 0;
  for (let index = 0; index < mated.length && mated[index]! < Infinity; index++) {
    const distance = mated[index]!;
    if (mated[index + 1] === distance) continue;
    while (below < nonMated.length && nonMated[below]! <= distance) below++;
    const gain = (index + 1) / mated.length - below / nonMated.length;
    if (gain > best.gain) {
      const next = Math.min(mated[index + 1] ?? Infinity, nonMated[below] ?? Infinity);
      best = { gain, threshold: next < Infinity ? (distance + next) / 2 : distance };
    }
  }
  return best.threshold;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
