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

/** A rate as people say it: about 3 in 1,000, between 1 and 6. */
export interface RateInWords {
  /** Whole; of so many. */
  readonly count: number;
  readonly of: number;
  /** Rounded outwards, so that they never promise more than was measured. */
  readonly low: number;
  readonly high: number;
}

/** Powers of ten that people can picture. */
const WHOLES = [100, 1000, 10_000, 100_000];

/**
 * Says a rate, 0…1, with its interval in whole numbers, of the smallest of 100, 1,000, 10,000 or
 * 100,000 in which it counts at least `fewest`.
 */
export function inWords(
  rate: number,
  { low, high }: { readonly low: number; readonly high: number } = { low: rate, high: rate },
  fewest = 3,
): RateInWords {
  const shown = rate > 0 ? rate : high;
  const of = WHOLES.find((whole) => shown * whole >= fewest) ?? WHOLES.at(-1)!;
  return {
    count: Math.round(rate * of),
    of: shown === 0 ? WHOLES[0]! : of,
    low: Math.floor(low * of),
    high: Math.ceil(high * of),
  };
}
