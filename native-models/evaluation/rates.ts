import {
  countAtOrBelow,
  countBelow,
  firstIndex,
  mergeComparisons,
  type Comparisons,
  type Pair,
} from './pairs.ts';

/**
 * Error rates of 1:1 comparison as ISO/IEC 19795-1 defines them. Two faces match where their
 * distance is at or below the threshold. All figures come from the ordered distances themselves:
 * nothing is binned or interpolated unless it says so.
 */
export interface OperatingPoint {
  readonly threshold: number;
  /** False-match rate: share of non-mated comparisons at or below the threshold. */
  readonly fmr: number;
  /** False-non-match rate: share of mated comparisons above it; TAR = 1 − FNMR. */
  readonly fnmr: number;
}

export function operatingPoint(comparisons: Comparisons, threshold: number): OperatingPoint {
  const { mated, nonMated } = comparisons;
  return {
    threshold,
    fmr: countAtOrBelow(nonMated, threshold) / nonMated.length,
    fnmr: 1 - countAtOrBelow(mated, threshold) / mated.length,
  };
}

/**
 * The most permissive threshold whose false-match rate is at most `far`, and the rates there. With
 * fewer than 1/`far` non-mated comparisons no false match is allowed at all.
 */
export function pointAtFar(comparisons: Comparisons, far: number): OperatingPoint {
  const { nonMated } = comparisons;
  // The addend undoes rounding: 0.0001 · 30,000 must allow three false matches.
  const allowed = Math.min(Math.floor(far * nonMated.length + 1e-6), nonMated.length - 1);
  const { mated } = comparisons;
  const ceiling = nonMated[allowed]!;
  return {
    threshold: highestBelow(ceiling, comparisons),
    fmr: countBelow(nonMated, ceiling) / nonMated.length,
    fnmr: 1 - countBelow(mated, ceiling) / mated.length,
  };
}

/** The float32 next below a distance: thresholds are inclusive, the next false match is not wanted. */
function highestBelow(ceiling: number, { mated, nonMated }: Comparisons): number {
  if (ceiling === Infinity) return Math.max(lastFinite(mated) ?? 0, lastFinite(nonMated) ?? 0);
  if (ceiling === 0) return 0;
  const bits = new Uint32Array(Float32Array.of(ceiling).buffer);
  bits[0]! -= 1;
  return new Float32Array(bits.buffer)[0]!;
}

function lastFinite(ascending: Float32Array): number | undefined {
  return ascending[countBelow(ascending, Infinity) - 1];
}

/**
 * Equal error rate: where FMR and FNMR meet, on the straight line between the last threshold at
 * which FMR is the smaller and the first at which it is not.
 */
export function equalErrorRate(comparisons: Comparisons): number {
  const { mated, nonMated } = comparisons;
  const crossed = (threshold: number) => {
    const { fmr, fnmr } = operatingPoint(comparisons, threshold);
    return fmr >= fnmr;
  };
  const i = firstIndex(mated.length, (index) => crossed(mated[index]!));
  const j = firstIndex(nonMated.length, (index) => crossed(nonMated[index]!));
  const after = operatingPoint(
    comparisons,
    Math.min(mated[i] ?? Infinity, nonMated[j] ?? Infinity),
  );
  const before = operatingPoint(comparisons, Math.max(mated[i - 1] ?? -1, nonMated[j - 1] ?? -1));
  const gapBefore = before.fnmr - before.fmr;
  const gapAfter = after.fmr - after.fnmr;
  const share = gapBefore / (gapBefore + gapAfter);
  return before.fmr + share * (after.fmr - before.fmr);
}

/**
 * Points for an ROC or DET curve: at most `points`, evenly spaced in the logarithm of FMR from no
 * false match to every finite distance matching; thresholds ascend.
 */
export function errorCurve(comparisons: Comparisons, points = 400): readonly OperatingPoint[] {
  const { nonMated } = comparisons;
  const ranks = new Set<number>();
  for (let step = 0; step < points - 1; step++)
    ranks.add(Math.round(nonMated.length ** (step / Math.max(1, points - 2))));
  const thresholds = [...ranks]
    .map((rank) => nonMated[rank - 1]!)
    .filter((threshold) => threshold < Infinity);
  return [
    pointAtFar(comparisons, 0),
    ...[...new Set(thresholds)].map((threshold) => operatingPoint(comparisons, threshold)),
  ];
}

interface FoldedAccuracy {
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

export const FOLDS = 10;

/**
 * Pairs in ten folds. A file that has ten keeps them, as LFW prescribes. Any other is dealt anew:
 * each person gets a home fold in the order of appearance; mated pairs go to their person's home,
 * non-mated ones to the home of whichever of the two has fewer so far. Mated pairs of one person
 * thus never stand in two folds; non-mated pairs join people, so one of the two may be a guest.
 */
export function tenFolds(folds: readonly (readonly Pair[])[]): readonly (readonly Pair[])[] {
  return folds.length === FOLDS ? folds : dealPairs(folds.flat());
}

function dealPairs(pairs: readonly Pair[]): readonly (readonly Pair[])[] {
  const homeOf = homes(pairs);
  const mated: Pair[][] = Array.from({ length: FOLDS }, () => []);
  const nonMated: Pair[][] = Array.from({ length: FOLDS }, () => []);
  for (const pair of pairs) {
    const a = homeOf.get(pair.a.person)!;
    const b = homeOf.get(pair.b.person)!;
    if (pair.mated) mated[a]!.push(pair);
    else nonMated[nonMated[a]!.length <= nonMated[b]!.length ? a : b]!.push(pair);
  }
  return mated.map((fold, index) => [...fold, ...nonMated[index]!]);
}

/** Person → fold: the next person goes to the fold with the fewest mated pairs. */
function homes(pairs: readonly Pair[]): ReadonlyMap<string, number> {
  const matedPairs = new Map<string, number>();
  for (const { a, b, mated } of pairs) {
    matedPairs.set(a.person, (matedPairs.get(a.person) ?? 0) + (mated ? 1 : 0));
    if (!matedPairs.has(b.person)) matedPairs.set(b.person, 0);
  }
  const load = Array.from({ length: FOLDS }, () => 0);
  const home = new Map<string, number>();
  let turn = 0;
  for (const [person, weight] of matedPairs) {
    const fold = weight === 0 ? turn++ % FOLDS : load.indexOf(Math.min(...load));
    load[fold]! += weight;
    home.set(person, fold);
  }
  return home;
}

/** People 0 … count − 1 in ten folds, for photos compared all against all. */
export function foldOfPerson(person: number): number {
  return person % FOLDS;
}
