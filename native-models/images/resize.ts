import { imageLibrary } from './library.ts';
import type { RgbImage } from './rgb-image.ts';

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
