import type { Point } from '../../contract/values.ts';
import { encodeJpeg } from '../images/encode-jpeg.ts';
import type { ImagePyramid } from '../images/pyramid.ts';
import { invertAffine, warpImage } from '../images/warp.ts';
import { estimateSimilarity } from './similarity.ts';
import { alignmentTemplates } from './templates.ts';

/** Pixels of each side. */
const SIDE = 192;
/** Share of the side that the square of the face takes: the rest is hair, chin and some of the surroundings. */
const FACE = 0.8;

/**
 * A small JPEG of a face for people to look at: upright and always of the same size in its frame,
 * whichever encoder is in use.
 *
 * @param landmarks 68 points in pixels of the photo.
 */
export function makePortrait(
  photo: ImagePyramid,
  landmarks: readonly Point[],
): Promise<Uint8Array<ArrayBuffer>> {
  const { size, points, select } = alignmentTemplates['dlib-68'];
  const scale = (SIDE / size) * FACE;
  const margin = (SIDE - size * scale) / 2;
  const target = points.map(([x, y]): Point => [x * scale + margin, y * scale + margin]);
  const toPortrait = estimateSimilarity(select(landmarks), target);
  return encodeJpeg(warpImage(photo, invertAffine(toPortrait), SIDE, SIDE, 'edge'));
}
