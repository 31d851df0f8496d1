import type { PackedRows } from '../contract/host.ts';

/** In single precision, or in double. */
export type Vector = Float32Array | Float64Array;

/** Σ a · b, summed in double precision. */
export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** target += factor · vector */
export function addScaled(target: Vector, factor: number, vector: Vector): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * vector[i]!;
}

/** target = factor · target */
export function scale(target: Vector, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i]! *= factor;
}

/** target = a − b */
export function difference(target: Vector, a: Vector, b: Vector): void {
  for (let i = 0; i < target.length; i++) target[i] = a[i]! - b[i]!;
}

/** Root mean square. */
export const rms = (vector: Vector): number => Math.sqrt(dot(vector, vector) / vector.length);

/** Vectors in one piece, to cross between processes. @param rows of one length, or null where there is none */
export function packRows(rows: readonly (Float32Array | null)[]): PackedRows {
  const dimension = rows.find((row) => row !== null)?.length ?? 0;
  const values = new Float32Array(rows.length * dimension);
  rows.forEach((row, i) => row !== null && values.set(row, i * dimension));
  return { dimension, values, absent: [...rows.keys()].filter((i) => rows[i] === null) };
}

/**
 * The rows again, as views of the piece.
 *
 * @param count of the rows: without a dimension the values do not tell
 */
export function unpackRows(
  { dimension, values, absent }: PackedRows,
  count: number,
): readonly (Float32Array | null)[] {
  const none = new Set(absent);
  return Array.from({ length: count }, (_, i) =>
    none.has(i) ? null : values.subarray(i * dimension, (i + 1) * dimension),
  );
}
