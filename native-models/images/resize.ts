import { imageLibrary } from './library.ts';
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
 * Fits a region of whole pixels, which may reach beyond the picture, into the middle of a black
 * canvas without changing its proportions.
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

const scaledLength = (length: number, room: number) =>
  Math.max(1, Math.min(Math.round(length), room));

const sizeOf = ({ width, height }: RgbImage) => ({ width, height });

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
