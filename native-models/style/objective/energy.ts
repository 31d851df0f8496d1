/** Sum of squares; never zero, as distances are divided by it. */
export function energy(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.max(sum, Number.MIN_VALUE);
}
