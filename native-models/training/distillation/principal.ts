import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { float32, type TensorOf } from '../../graph/tensor.ts';

/**
 * The directions that most of the length of encodings lies along, strongest first. What is compared
 * by cosine is not centred, so neither is this.
 *
 * @param encodings of length D each; at least one.
 * @param count at most D.
 * @returns float32[D, count] with orthonormal columns.
 */
export function principalDirections(
  encodings: readonly Float32Array[],
  count: number,
): TensorOf<'float32'> {
  const { eigenvectorMatrix } = new EigenvalueDecomposition(secondMoment(encodings), {
    assumeSymmetric: true,
  });
  const { rows, columns } = eigenvectorMatrix;
  // Eigenvalues ascend.
  return float32(
    [rows, count],
    Float32Array.from({ length: rows * count }, (_, index) =>
      eigenvectorMatrix.get(Math.floor(index / count), columns - 1 - (index % count)),
    ),
  );
}

/** The mean of x xᵀ. */
function secondMoment(encodings: readonly Float32Array[]): Matrix {
  const length = encodings[0]!.length;
  const sums = new Float64Array(length * length);
  for (const encoding of encodings)
    for (let row = 0; row < length; row++) {
      const weight = encoding[row]! / encodings.length;
      for (let column = 0; column <= row; column++)
        sums[row * length + column]! += weight * encoding[column]!;
    }
  const at = (row: number, column: number): number =>
    sums[Math.max(row, column) * length + Math.min(row, column)]!;
  return new Matrix(
    Array.from({ length }, (_, row) => Array.from({ length }, (_none, column) => at(row, column))),
  );
}
