import { imageLibrary } from './source.ts';
import {
  blankImage,
  coveringRegion,
  cropImage,
  longerSide,
  type RgbImage,
  type Region,
} from './rgb-image.ts';

/** Scales to exactly this size with an anti-aliasing filter, off the main thread. */
export async function resizeImage(
  image: RgbImage,
  width: number,
  height: number,
): Promise<RgbImage> {
  if (image.width === width && image.height === height) return image;
  const { data } = await imageLibrary()(image.data, { raw: { ...sizeOf(image), channels: 3 } })
    .resize({ width, height, fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width, height, data };
}

const sizeOf = ({ width, height }: RgbImage) => ({ width, height });

/** Where a scaled picture lies on its canvas: canvas = source · scale + offset. */
export interface Placement {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

interface Letterbox {
  readonly image: RgbImage;
  readonly placement: Placement;
}

/**
 * Fits a region, which may reach beyond the picture, into the middle of a black canvas without
 * changing its proportions.
 *
 * @param region in pixels of the picture.
 */
export async function letterbox(
  pyramid: ImagePyramid,
  region: Region,
  width: number,
  height: number,
): Promise<Letterbox> {
  const scale = Math.min(width / region.width, height / region.height);
  const level = pyramid.levelFor(1 / scale);
  const reduction = level.width / pyramid.picture.width;
  const fitted = await fitRegion(level, scaleRegion(region, reduction), width, height);
  const { scale: ofLevel, x, y } = fitted.placement;
  return { image: fitted.image, placement: { scale: ofLevel * reduction, x, y } };
}

/** @param region in pixels of this very image; it is rounded to whole ones. */
async function fitRegion(
  image: RgbImage,
  region: Region,
  width: number,
  height: number,
): Promise<Letterbox> {
  const scale = Math.min(width / region.width, height / region.height);
  const left = (width - region.width * scale) / 2 - region.x * scale;
  const top = (height - region.height * scale) / 2 - region.y * scale;
  const visible = coveringRegion(region, image);
  if (visible.width === 0 || visible.height === 0)
    return { image: blankImage(width, height), placement: { scale, x: left, y: top } };
  const x = Math.min(Math.round(visible.x * scale + left), width - 1);
  const y = Math.min(Math.round(visible.y * scale + top), height - 1);
  const scaled = await resizeImage(
    isWhole(visible, image) ? image : cropImage(image, visible),
    scaledLength(visible.width * scale, width - x),
    scaledLength(visible.height * scale, height - y),
  );
  return {
    image: onCanvas(scaled, x, y, width, height),
    placement: { scale, x: x - visible.x * scale, y: y - visible.y * scale },
  };
}

function scaleRegion({ x, y, width, height }: Region, by: number): Region {
  const [left, top] = [Math.round(x * by), Math.round(y * by)];
  return {
    x: left,
    y: top,
    width: Math.max(1, Math.round((x + width) * by) - left),
    height: Math.max(1, Math.round((y + height) * by) - top),
  };
}

const scaledLength = (length: number, room: number) =>
  Math.max(1, Math.min(Math.round(length), room));

const isWhole = (region: Region, image: RgbImage) =>
  region.width === image.width && region.height === image.height;

function onCanvas(
  image: RgbImage,
  left: number,
  top: number,
  width: number,
  height: number,
): RgbImage {
  if (image.width === width && image.height === height) return image;
  const canvas = blankImage(width, height);
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3);
    canvas.data.set(row, ((top + y) * width + left) * 3);
  }
  return canvas;
}

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
