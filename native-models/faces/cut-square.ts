import type { Box } from '../../contract/values.ts';
import type { ImagePyramid } from '../images/pyramid.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { warpImage, type Affine } from '../images/warp.ts';

/** From a square of `side` pixels to the given square of the picture. */
export function squareCrop(square: Box, side: number): Affine {
  const scale = square.width / side;
  return { a: scale, b: 0, tx: square.x, c: 0, d: scale, ty: square.y };
}

/** A square of the picture at another size; black where it reaches beyond the border. */
export function cutSquare(photo: ImagePyramid, square: Box, side: number): RgbImage {
  return warpImage(photo, squareCrop(square, side), side, side);
}
