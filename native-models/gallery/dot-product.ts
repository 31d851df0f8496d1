/**
 * Sum of products of `length` values from each offset, in double precision. Eight independent sums
 * keep the processor's pipelines full; one alone is several times slower.
 */
export function dotProduct(
  a: Float32Array,
  offsetA: number,
  b: Float32Array,
  offsetB: number,
  length: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  const whole = length - (length % 8);
  for (let i = 0; i < whole; i += 8) {
    const p = offsetA + i;
    const q = offsetB + i;
    s0 += a[p]! * b[q]!;
    s1 += a[p + 1]! * b[q + 1]!;
    s2 += a[p + 2]! * b[q + 2]!;
    s3 += a[p + 3]! * b[q + 3]!;
    s4 += a[p + 4]! * b[q + 4]!;
    s5 += a[p + 5]! * b[q + 5]!;
    s6 += a[p + 6]! * b[q + 6]!;
    s7 += a[p + 7]! * b[q + 7]!;
  }
  for (let i = whole; i < length; i++) s0 += a[offsetA + i]! * b[offsetB + i]!;
  return s0 + s1 + s2 + s3 + (s4 + s5 + s6 + s7);
}
