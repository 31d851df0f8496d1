import type { ImagePyramid } from './pyramid.ts';
import { resizeImage } from './resize.ts';
import { blankImage, coveringRegion, cropImage, type Region, type RgbImage } from './rgb-image.ts';

/** Where a scaled picture lies on its canvas: canvas = source · scale + offset. */
export interface Placement {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Letterbox {
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
