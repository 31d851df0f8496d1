import { cropImage, type RgbImage } from '../../images/rgb-image.ts';
import { ImagePyramid } from '../../images/resampling.ts';
import { warpImage } from '../../images/warp.ts';

/** dlib's chip of 150 pixels, and so much more on every side that it can be turned and shifted. */
export const CHIP_SIDE = 150;
export const CHIP_MARGIN = 21;
export const STORED_SIDE = CHIP_SIDE + 2 * CHIP_MARGIN;

/** Between the centers of the eyes on dlib's mean face, as a share of the chip's side. */
export const EYES_APART = 0.357;

/** The face of a stored chip, as an encoder of alignment dlib-68 and this input size is given it. */
export function faceOf(wide: RgbImage, side: number): RgbImage {
  const cut = faceSide(wide);
  const margin = (wide.width - cut) / 2;
  if (side === cut) return cropImage(wide, { x: margin, y: margin, width: side, height: side });
  const scale = cut / side;
  const toWide = { a: scale, b: 0, tx: margin, c: 0, d: scale, ty: margin };
  return warpImage(new ImagePyramid(wide), toWide, side, side);
}

/** Pixels of a stored chip that its face takes up. */
export const faceSide = (wide: RgbImage): number => (wide.width * CHIP_SIDE) / STORED_SIDE;
