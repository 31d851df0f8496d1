import { imageLibrary } from './library.ts';
import { coveringRegion, cropImage, type Region, type RgbImage } from './rgb-image.ts';

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

/**
 * Fits a region, which may reach beyond the picture, into the middle of a black canvas without
 * changing its proportions.
 */
export async function letterbox(
  image: RgbImage,
  region: Region,
  width: number,
  height: number,
): Promise<Letterbox> {
  const scale = Math.min(width / region.width, height / region.height);
  const left = (width - region.width * scale) / 2 - region.x * scale;
  const top = (height - region.height * scale) / 2 - region.y * scale;
  const visible = coveringRegion(region, image);
  const target = {
    x: Math.round(visible.x * scale + left),
    y: Math.round(visible.y * scale + top),
  };
  const scaled = await resizeImage(
    isWhole(visible, image) ? image : cropImage(image, visible),
    fit(visible.width * scale, width - target.x),
    fit(visible.height * scale, height - target.y),
  );
  return {
    image: onCanvas(scaled, target, width, height),
    placement: { scale, x: target.x - visible.x * scale, y: target.y - visible.y * scale },
  };
}

const sizeOf = ({ width, height }: RgbImage) => ({ width, height });

const isWhole = (region: Region, image: RgbImage) =>
  region.width === image.width && region.height === image.height;

const fit = (length: number, room: number) => Math.max(1, Math.min(Math.round(length), room));

function onCanvas(
  image: RgbImage,
  at: { readonly x: number; readonly y: number },
  width: number,
  height: number,
): RgbImage {
  if (image.width === width && image.height === height) return image;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3);
    data.set(row, ((at.y + y) * width + at.x) * 3);
  }
  return { width, height, data };
}
