import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { planesOf, type Picture } from './picture.ts';

/** Row-major 3 × 3. */
export type Matrix3 = readonly number[];
type Vector3 = readonly [number, number, number];

/** The symmetric matrix with the same eigenvectors and the function of each eigenvalue. */
export function mapEigenvalues(matrix: Matrix3, map: (value: number) => number): Matrix3 {
  const symmetric = Matrix.from1DArray(3, 3, [...matrix]);
  const { realEigenvalues, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(symmetric, {
    assumeSymmetric: true,
  });
  return vectors
    .mmul(Matrix.diag(realEigenvalues.map(map)))
    .mmul(vectors.transpose())
    .to1DArray();
}

export const multiply = (a: Matrix3, b: Matrix3): Matrix3 =>
  Matrix.from1DArray(3, 3, [...a])
    .mmul(Matrix.from1DArray(3, 3, [...b]))
    .to1DArray();

/** Luma of ITU-R BT.601, Y', of gamma-encoded sRGB values, as JPEG and YIQ have it. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * The painted picture's luma with the content's colors (Gatys et al., "Preserving Color in Neural
 * Artistic Style Transfer", 2016, section 3.2). The luma is kept exactly: a color that would leave
 * the range at its new luma keeps its hue and loses saturation. Both pictures have one size.
 */
export function keepLuminance(content: Picture, painted: Picture): Picture {
  const area = painted.width * painted.height;
  const data = new Float32Array(3 * area);
  for (let pixel = 0; pixel < area; pixel++) {
    const color = lumaAt(content.data, pixel, area);
    const luma = lumaAt(painted.data, pixel, area);
    const share = saturationThatFits(content.data, pixel, area, color, luma);
    for (let i = pixel; i < data.length; i += area)
      data[i] = Math.min(1, Math.max(0, luma + share * (content.data[i]! - color)));
  }
  return { width: painted.width, height: painted.height, data };
}

const lumaAt = (data: Float32Array, pixel: number, area: number): number =>
  LUMA[0] * data[pixel]! + LUMA[1] * data[pixel + area]! + LUMA[2] * data[pixel + 2 * area]!;

/** The largest share, up to one, of the color's distance from gray that stays between 0 and 1. */
function saturationThatFits(
  data: Float32Array,
  pixel: number,
  area: number,
  color: number,
  luma: number,
): number {
  let share = 1;
  for (let i = pixel; i < data.length; i += area) {
    const distance = data[i]! - color;
    if (distance > 0) share = Math.min(share, (1 - luma) / distance);
    else if (distance < 0) share = Math.min(share, luma / -distance);
  }
  return Math.max(0, share);
}

/** Mean color and the covariance of the colors around it. */
interface ColorStatistics {
  readonly mean: Vector3;
  readonly covariance: Matrix3;
}

/** Colors that vary by less than half of an 8-bit step do not vary: stretched, it would be noise. */
const LEAST_VARIANCE = (0.5 / 255) ** 2;

/**
 * The style in the content's colors: x ↦ Σc^½ Σs^-½ (x − μs) + μc, with symmetric square roots, so
 * that mean and covariance become the content's (Gatys et al., "Preserving Color in Neural Artistic
 * Style Transfer", 2016, section 3.1). Directions in which the style's colors do not vary are left
 * out: a gray style stays without hues of its own. Cut to 0…1.
 */
export function matchColors(style: Picture, content: Picture): Picture {
  const [from, to] = [colorStatistics(style), colorStatistics(content)];
  const whiten = mapEigenvalues(from.covariance, (v) =>
    v < LEAST_VARIANCE ? 0 : 1 / Math.sqrt(v),
  );
  const color = mapEigenvalues(to.covariance, (v) => Math.sqrt(Math.max(0, v)));
  return mapColors(style, multiply(color, whiten), from.mean, to.mean);
}

export function colorStatistics(picture: Picture): ColorStatistics {
  const area = picture.width * picture.height;
  const planes = Array.from({ length: planesOf(picture) }, (_, plane) =>
    picture.data.subarray(plane * area, (plane + 1) * area),
  );
  const mean = planes.map((plane) => plane.reduce((sum, x) => sum + x, 0) / area);
  const covariance = planes.flatMap((a, i) =>
    planes.map((b, j) => meanProduct(a, mean[i]!, b, mean[j]!)),
  );
  return { mean: mean as unknown as Vector3, covariance };
}

function meanProduct(a: Float32Array, meanA: number, b: Float32Array, meanB: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - meanA) * (b[i]! - meanB);
  return sum / a.length;
}

/** matrix · (color − from) + to at every pixel. */
function mapColors(picture: Picture, matrix: Matrix3, from: Vector3, to: Vector3): Picture {
  const { width, height, data } = picture;
  const area = width * height;
  const mapped = new Float32Array(data.length);
  for (let plane = 0; plane < 3; plane++) {
    const [r, g, b] = matrix.slice(3 * plane) as unknown as Vector3;
    const offset = to[plane]! - r * from[0] - g * from[1] - b * from[2];
    for (let i = 0; i < area; i++) {
      const value = offset + r * data[i]! + g * data[i + area]! + b * data[i + 2 * area]!;
      mapped[plane * area + i] = Math.min(1, Math.max(0, value));
    }
  }
  return { width, height, data: mapped };
}
