import { imageLibrary } from '../../images/source.ts';
import type { RgbImage } from '../../images/rgb-image.ts';

/** What is left of a picture after JPEG. @param quality 1…100 */
export async function recompress(image: RgbImage, quality: number): Promise<RgbImage> {
  const { width, height, data } = image;
  const raw = { raw: { width, height, channels: 3 as const } };
  const jpeg = await imageLibrary()(data, raw).jpeg({ quality }).toBuffer();
  const decoded = await imageLibrary()(jpeg).removeAlpha().raw().toBuffer();
  return { width, height, data: new Uint8Array(decoded) };
}
