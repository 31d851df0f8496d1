import type { RandomStream } from '../../../foundation/random.ts';
import type { RgbImage } from '../../images/rgb-image.ts';

export interface ColorShift {
  /** value · gain + offset, for R, G and B; 0…255. */
  readonly channels: readonly { readonly gain: number; readonly offset: number }[];
  /** Only the luma (ITU-R BT.601) is left. */
  readonly gray: boolean;
}

/** Changes the picture in place. */
export function shiftColors({ data }: RgbImage, { channels, gray }: ColorShift): void {
  const tables = channels.map(({ gain, offset }) =>
    Uint8ClampedArray.from({ length: 256 }, (_, value) => value * gain + offset),
  );
  const [red, green, blue] = tables as [Uint8ClampedArray, Uint8ClampedArray, Uint8ClampedArray];
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [red[data[i]!]!, green[data[i + 1]!]!, blue[data[i + 2]!]!];
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    data[i] = gray ? luma : r;
    data[i + 1] = gray ? luma : g;
    data[i + 2] = gray ? luma : b;
  }
}

/** Adds normal noise in place. @param deviation of 255. */
export function addNoise({ data }: RgbImage, deviation: number, random: RandomStream): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i]! + deviation * random.normal();
    data[i] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
}
