import type { RandomStream } from '../../../foundation/random.ts';
import { imageLibrary } from '../../images/source.ts';
import { resizeImage } from '../../images/resampling.ts';
import type { RgbImage } from '../../images/rgb-image.ts';
import { addNoise, shiftColors } from './pixels.ts';
import { recompress } from './recompress.ts';

/** A cheap surveillance camera: few pixels, a soft lens, a noisy gray sensor, hard compression. */
export const badCamera = {
  /** Pixels between the eyes, drawn evenly. */
  eyes: [9, 16],
  /** Gaussian blur, in pixels of the small picture. */
  blur: [0.5, 1],
  /** Standard deviation, of 255. */
  noise: [6, 12],
  jpeg: 30,
} as const;

const GRAY = { channels: [1, 2, 3].map(() => ({ gain: 1, offset: 0 })), gray: true };

/**
 * The face as the bad camera would have seen it, scaled up again to its size. The same stream gives
 * the same pixels.
 *
 * @param eyes pixels between the eyes of this chip.
 */
export async function throughBadCamera(
  chip: RgbImage,
  eyes: number,
  random: RandomStream,
): Promise<RgbImage> {
  const between = ([low, high]: readonly [number, number]) => low + (high - low) * random.uniform();
  const share = between(badCamera.eyes) / eyes;
  const side = Math.max(8, Math.round(chip.width * Math.min(1, share)));
  const small = await blurred(await resizeImage(chip, side, side), between(badCamera.blur));
  shiftColors(small, GRAY);
  addNoise(small, between(badCamera.noise), random);
  shiftColors(small, GRAY);
  return resizeImage(await recompress(small, badCamera.jpeg), chip.width, chip.height);
}

async function blurred(image: RgbImage, sigma: number): Promise<RgbImage> {
  const { width, height } = image;
  const raw = { raw: { width, height, channels: 3 as const } };
  const pixels = await imageLibrary()(image.data, raw).blur(sigma).raw().toBuffer();
  return { width, height, data: new Uint8Array(pixels) };
}
