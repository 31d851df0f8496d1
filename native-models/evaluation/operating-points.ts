import { countAtOrBelow, countBelow, firstIndex, type Comparisons } from './comparisons.ts';

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
