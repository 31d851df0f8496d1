import { resizeImage } from './resize.ts';
import { blankImage, longerSide, type RgbImage } from './rgb-image.ts';

/** Halving a larger picture is worth the way to the image library's threads. */
const LARGE = 1200;
/** Nothing is cut smaller than from a picture of this longer side. */
const SMALLEST_LEVEL = 160;

/**
 * A picture and its halves, each with half the sides of the one before. Whatever is cut from it
 * small is taken from a level near its size, so that pixels are averaged once for all cuts. A level
 * is made when it is first asked for.
 */
export class ImagePyramid {
  readonly #levels: RgbImage[];

  /** @param levels the picture itself, and the first of its halves where they are known */
  constructor(...levels: readonly [RgbImage, ...RgbImage[]]) {
    this.#levels = [...levels];
  }

  get picture(): RgbImage {
    return this.#levels[0]!;
  }

  /**
   * The smallest level that still has a pixel for every step.
   *
   * @param step pixels of the picture from one pixel of the cut to the next.
   */
  levelFor(step: number): RgbImage {
    const wanted = Math.floor(Math.log2(Math.max(1, step)));
    while (this.#levels.length <= wanted) {
      const last = this.#levels.at(-1)!;
      if (longerSide(last) < 2 * SMALLEST_LEVEL) return last;
      this.#levels.push(halve(last));
    }
    return this.#levels[wanted]!;
  }
}

export async function buildPyramid(image: RgbImage): Promise<ImagePyramid> {
  if (longerSide(image) < LARGE) return new ImagePyramid(image);
  const half = await resizeImage(image, halfOf(image.width), halfOf(image.height));
  return new ImagePyramid(image, half);
}

/** At least one pixel; the last row or column of an odd length is left out. */
const halfOf = (length: number): number => Math.max(1, length >> 1);

/** Means of 2×2 pixels. */
function halve({ width, height, data }: RgbImage): RgbImage {
  const half = blankImage(halfOf(width), halfOf(height));
  const right = width > 1 ? 3 : 0;
  const below = height > 1 ? width * 3 : 0;
  let to = 0;
  for (let y = 0; y < half.height; y++) {
    let from = 2 * y * width * 3;
    for (let x = 0; x < half.width; x++, from += 6)
      for (let channel = 0; channel < 3; channel++) {
        const at = from + channel;
        const sum = data[at]! + data[at + right]! + data[at + below]! + data[at + below + right]!;
        half.data[to++] = (sum + 2) >> 2;
      }
  }
  return half;
}
