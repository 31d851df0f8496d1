import { inLibraryFormat } from './decode.ts';
import { imageLibrary } from './library.ts';
import type { EncodedImage } from './source.ts';

/** One value per pixel, 0 to 255. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * The transparency of an upright picture, scaled to a size; null where it has none or is opaque
 * throughout. The picture must have been decoded before: that is where damage is reported.
 */
export async function readAlpha(
  image: EncodedImage,
  width: number,
  height: number,
): Promise<Plane | null> {
  const { bytes } = await inLibraryFormat(image);
  // Row by row: at random the library would spill large pictures to a file.
  const options = { autoOrient: true, limitInputPixels: false, sequentialRead: true } as const;
  const { hasAlpha } = await imageLibrary()(bytes, options).metadata();
  if (!hasAlpha) return null;
  const data = await imageLibrary()(bytes, options)
    .toColorspace('srgb')
    .extractChannel('alpha')
    .resize({ width, height, fit: 'fill', kernel: 'linear' })
    .raw({ depth: 'uchar' })
    .toBuffer();
  return data.every((value) => value === 255) ? null : { width, height, data };
}
