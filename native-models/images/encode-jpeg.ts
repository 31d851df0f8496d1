import { imageLibrary } from './library.ts';
import type { RgbImage } from './rgb-image.ts';

/** A small picture, such as a portrait, as JPEG. */
export async function encodeJpeg(
  { width, height, data }: RgbImage,
  quality = 85,
): Promise<Uint8Array<ArrayBuffer>> {
  const raw = { width, height, channels: 3 } as const;
  const jpeg = await imageLibrary()(data, { raw }).jpeg({ quality }).toBuffer();
  // A copy: the library's memory may be part of a larger block, which would cross the border too.
  return Uint8Array.from(jpeg);
}
