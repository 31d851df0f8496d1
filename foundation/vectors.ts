import type { PackedRows } from '../contract/host.ts';

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
