import type { Point } from '../../contract/values.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { Affine } from '../images/warp.ts';
import { meanPoint } from './geometry.ts';

/**
 * The rotation, uniform scale and shift (no reflection) that takes `from` onto `to` with the least
 * squared error (Umeyama 1991). In the plane it has a closed form: with both sets centered and read
 * as complex numbers p and q, rotation and scale are Σ p̄q / Σ |p|².
 *
 * @throws LikenessError model_incompatible where the points of either set coincide, are not finite,
 *   or have no common direction: a landmark model that answers so cannot be used.
 */
export function estimateSimilarity(from: readonly Point[], to: readonly Point[]): Affine {
  const [fx, fy] = meanPoint(from);
  const [tx, ty] = meanPoint(to);
  let cosine = 0;
  let sine = 0;
  let spread = 0;
  from.forEach((point, i) => {
    const [px, py] = [point[0] - fx, point[1] - fy];
    const [qx, qy] = [to[i]![0] - tx, to[i]![1] - ty];
    cosine += px * qx + py * qy;
    sine += px * qy - py * qx;
    spread += px * px + py * py;
  });
  const a = cosine / spread;
  const c = sine / spread;
  if (!(a * a + c * c > 1e-12)) throw degenerate();
  return { a, b: -c, tx: tx - (a * fx - c * fy), c, d: a, ty: ty - (c * fx + a * fy) };
}

function degenerate(): LikenessError {
  return new LikenessError(
    'model_incompatible',
    'The landmark model put all points of a face on one spot. Use another landmark model.',
  );
}
