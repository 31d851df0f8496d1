import { planesOf, type Picture } from '../picture.ts';
import { mapEigenvalues, multiply, type Matrix3, type Vector3 } from './symmetric-3x3.ts';

/** Mean color and the covariance of the colors around it. */
export interface ColorStatistics {
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
