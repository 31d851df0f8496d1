import { float32, type TensorOf } from '../../graph/tensor.ts';

/** Repeatable numbers of the standard normal distribution. */
export function normalNumbers(seed: number): () => number {
  const uniform = uniformNumbers(seed);
  // Box and Muller (1958).
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Between 0 and 1, both excluded: multiplicative congruential generator of Park and Miller (1988). */
function uniformNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

export interface FilterShape {
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the square window. */
  readonly size: number;
  /** Every filter sums to zero: what is flat gives no response. */
  readonly zeroMean: boolean;
}

/** ReLU takes half of the energy of a symmetric signal; this gives it back (He et al. 2015). */
const RELU_GAIN = Math.SQRT2;

/**
 * Kernels float32[outputs, inputs, size, size], drawn at random and orthogonalized, so that no two
 * answer to the same pattern. Where there are more than can be orthogonal, each group of as many as
 * can is so within itself.
 */
export function orthogonalFilters(
  { inputs, outputs, size, zeroMean }: FilterShape,
  normal: () => number,
): TensorOf<'float32'> {
  const length = inputs * size ** 2;
  const capacity = zeroMean ? length - 1 : length;
  const rows: Float64Array[] = [];
  for (let row = 0; row < outputs; row++) {
    const group = rows.slice(row - (row % capacity));
    rows.push(unitFilter(length, zeroMean, group, normal));
  }
  const data = Float32Array.from(rows.flatMap((row) => Array.from(row, (v) => v * RELU_GAIN)));
  return float32([outputs, inputs, size, size], data);
}

function unitFilter(
  length: number,
  zeroMean: boolean,
  group: readonly Float64Array[],
  normal: () => number,
): Float64Array {
  const filter = Float64Array.from({ length }, normal);
  const mean = zeroMean ? filter.reduce((sum, value) => sum + value, 0) / length : 0;
  for (let i = 0; i < length; i++) filter[i]! -= mean;
  // One after the other, not all at once: the modified Gram-Schmidt process keeps its precision.
  for (const other of group) {
    const share = dot(filter, other);
    for (let i = 0; i < length; i++) filter[i]! -= share * other[i]!;
  }
  const norm = Math.sqrt(dot(filter, filter));
  return filter.map((value) => value / norm);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
