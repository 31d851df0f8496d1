import { resizeImage } from './resize.ts';
import type { RgbImage } from './rgb-image.ts';

/**
 * A picture and its halves, each with half the sides of the one before. Whatever is cut from it
 * small is taken from a level near its size, so that pixels are averaged once for all cuts.
 */
export interface ImagePyramid {
  /** The picture itself first; at least one. */
  readonly levels: readonly [RgbImage, ...RgbImage[]];
}

/** Nothing is cut smaller than from a picture of this longer side. */
const SMALLEST_LEVEL = 160;

export async function buildPyramid(image: RgbImage): Promise<ImagePyramid> {
  const levels: [RgbImage, ...RgbImage[]] = [image];
  let level = image;
  while (Math.max(level.width, level.height) >= 2 * SMALLEST_LEVEL) {
    level = await resizeImage(level, half(level.width), half(level.height));
    levels.push(level);
  }
  return { levels };
}

const half = (length: number) => Math.max(1, Math.round(length / 2));

/** The picture itself. */
export const pictureOf = ({ levels }: ImagePyramid): RgbImage => levels[0];

/**
 * The smallest level that still has a pixel for every step.
 *
 * @param step pixels of the picture from one pixel of the cut to the next.
 */
export function levelFor({ levels }: ImagePyramid, step: number): RgbImage {
  const index = Math.floor(Math.log2(Math.max(1, step)));
  return levels[Math.min(index, levels.length - 1)]!;
}
