import type { Point } from '../../contract/values.ts';
import type { ManifestOf } from '../../contract/manifest.ts';
import type { ImagePyramid } from '../images/pyramid.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { invertAffine, warpImage, type Affine } from '../images/warp.ts';
import { estimateSimilarity } from './similarity.ts';
import { alignmentTemplates } from './templates.ts';

/**
 * Cuts the chip that an encoder expects: the landmarks are brought onto the encoder's template by
 * rotation, scale and shift alone, so that the proportions of the face stay.
 *
 * @param landmarks 68 points in pixels of the photo.
 */
export function alignFace(
  photo: ImagePyramid,
  landmarks: readonly Point[],
  { task, input }: ManifestOf<'encoder'>,
): RgbImage {
  const template = alignmentTemplates[task.alignment];
  const scale = input.width / template.size;
  const target = template.points.map(([x, y]): Point => [x * scale, y * scale]);
  const toChip: Affine = estimateSimilarity(template.select(landmarks), target);
  return warpImage(photo, invertAffine(toChip), input.width, input.height);
}
