import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { float32, type TensorOf } from '../../graph/tensor.ts';
import { secondMoment } from './second-moment.ts';

/**
 * The directions that most of the length of encodings lies along, strongest first. What is compared
 * by cosine is not centered, so neither is this.
 *
 * @param encodings of length D each; at least one.
 * @param count at most D.
 * @returns float32[D, count] with orthonormal columns.
 */
export function principalDirections(
  encodings: readonly Float32Array[],
  count: number,
): TensorOf<'float32'> {
  const { eigenvectorMatrix } = new EigenvalueDecomposition(momentOf(encodings), {
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

function momentOf(encodings: readonly Float32Array[]): Matrix {
  const { length } = encodings[0]!;
  const data = new Float32Array(encodings.length * length);
  encodings.forEach((encoding, row) => data.set(encoding, row * length));
  return Matrix.from1DArray(length, length, secondMoment(data, length));
}
