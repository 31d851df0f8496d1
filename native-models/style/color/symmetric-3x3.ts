/** Row-major 3 × 3. */
export type Matrix3 = readonly number[];
export type Vector3 = readonly [number, number, number];

/** matrix = Σ value · vector vectorᵀ, the vectors orthonormal. */
export interface Eigensystem {
  readonly values: Vector3;
  readonly vectors: readonly [Vector3, Vector3, Vector3];
}

/** Of a 3 × 3 matrix this many are plenty: convergence is quadratic. */
const MOST_SWEEPS = 12;

/** Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (1846). */
export function eigensystem(matrix: Matrix3): Eigensystem {
  const a = [...matrix];
  const v = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    rotate(a, v, 0, 1);
    rotate(a, v, 0, 2);
    rotate(a, v, 1, 2);
  }
  const column = (i: number): Vector3 => [v[i]!, v[3 + i]!, v[6 + i]!];
  return { values: [a[0]!, a[4]!, a[8]!], vectors: [column(0), column(1), column(2)] };
}

/** Turns the axes p and q so that a[p, q] vanishes; v collects the rotations. */
function rotate(a: number[], v: number[], p: number, q: number): void {
  const off = a[3 * p + q]!;
  if (off === 0) return;
  const theta = (a[4 * q]! - a[4 * p]!) / (2 * off);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (const m of [a, v]) for (let k = 0; k < 3; k++) turn(m, 3 * k + p, 3 * k + q, cosine, sine);
  for (let k = 0; k < 3; k++) turn(a, 3 * p + k, 3 * q + k, cosine, sine);
}

function turn(m: number[], i: number, j: number, cosine: number, sine: number): void {
  const [x, y] = [m[i]!, m[j]!];
  m[i] = cosine * x - sine * y;
  m[j] = sine * x + cosine * y;
}

/** The symmetric matrix with the same eigenvectors and the function of each eigenvalue. */
export function mapEigenvalues(matrix: Matrix3, map: (value: number) => number): Matrix3 {
  const { values, vectors } = eigensystem(matrix);
  const mapped = values.map(map);
  return indices.map(([row, column]) =>
    vectors.reduce((sum, vector, i) => sum + mapped[i]! * vector[row]! * vector[column]!, 0),
  );
}

export function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  return indices.map(
    ([row, column]) =>
      a[3 * row]! * b[column]! +
      a[3 * row + 1]! * b[3 + column]! +
      a[3 * row + 2]! * b[6 + column]!,
  );
}

const indices = Array.from({ length: 9 }, (_, i) => [Math.floor(i / 3), i % 3] as const);
