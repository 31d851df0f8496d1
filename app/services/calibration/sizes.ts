/** Rates of false identification that are calibrated besides the one asked for. */
const RATES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

export const calibratedRates = (wanted: number): readonly number[] => ascending([...RATES, wanted]);

/** Sizes of gallery between which the threshold is interpolated. */
export const growthSizes: readonly number[] = [
  ...[1, 2, 3, 5, 7],
  ...[1, 10, 100, 1000].flatMap((ten) => [10, 15, 20, 30, 50, 70].map((size) => size * ten)),
  100_000,
];

export const ascending = (values: readonly number[]): readonly number[] =>
  [...new Set(values)].sort((a, b) => a - b);
