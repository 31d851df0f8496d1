/** A threshold on distance and what it implies for single comparisons: both rates are 0…1. */
export interface OperatingPoint {
  readonly threshold: number;
  readonly fmr: number;
  readonly fnmr: number;
}

/** Rates at a threshold: those of the last measured point that is not above it. */
export function pointAt(
  curve: readonly OperatingPoint[],
  threshold: number,
): OperatingPoint | undefined {
  return curve.reduce<OperatingPoint | undefined>(
    (found, point) =>
      point.threshold <= threshold && (found === undefined || point.threshold >= found.threshold)
        ? point
        : found,
    undefined,
  );
}

/**
 * False-positive identification rate of a search among `people`, one independent comparison each:
 * FPIR = 1 − (1 − FMR)^N (ISO/IEC 19795-1).
 */
export const fpirOf = (fmr: number, people: number): number =>
  -Math.expm1(people * Math.log1p(-fmr));

/** The FMR that one comparison may have so that a search among `people` keeps to `fpir`. */
export const fmrFor = (fpir: number, people: number): number =>
  people === 0 ? fpir : -Math.expm1(Math.log1p(-fpir) / people);

/** The most generous point of the curve whose FMR is not above `fmr`; undefined: none is that strict. */
export function mostGenerous(
  curve: readonly OperatingPoint[],
  fmr: number,
): OperatingPoint | undefined {
  const allowed = curve.filter((point) => point.fmr <= fmr);
  return allowed.reduce<OperatingPoint | undefined>(
    (best, point) => (best === undefined || point.threshold > best.threshold ? point : best),
    undefined,
  );
}

/**
 * The smallest FMR that so many comparisons of different people can show with 95 % confidence:
 * 3 / n, the rule of three.
 */
export const smallestShown = (nonMated: number): number => 3 / Math.max(1, nonMated);
