import type { Picture } from '../picture.ts';

/** Luma of ITU-R BT.601, Y', of gamma-encoded sRGB values, as JPEG and YIQ have it. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * The painted picture's luma with the content's colors (Gatys et al., "Preserving Color in Neural
 * Artistic Style Transfer", 2016, section 3.2). The luma is kept exactly: a color that would leave
 * the range at its new luma keeps its hue and loses saturation. Both pictures have one size.
 */
export function keepLuminance(content: Picture, painted: Picture): Picture {
  const area = painted.width * painted.height;
  const data = new Float32Array(3 * area);
  for (let pixel = 0; pixel < area; pixel++) {
    const color = lumaAt(content.data, pixel, area);
    const luma = lumaAt(painted.data, pixel, area);
    const share = saturationThatFits(content.data, pixel, area, color, luma);
    for (let i = pixel; i < data.length; i += area)
      data[i] = Math.min(1, Math.max(0, luma + share * (content.data[i]! - color)));
  }
  return { width: painted.width, height: painted.height, data };
}

const lumaAt = (data: Float32Array, pixel: number, area: number): number =>
  LUMA[0] * data[pixel]! + LUMA[1] * data[pixel + area]! + LUMA[2] * data[pixel + 2 * area]!;

/** The largest share, up to one, of the color's distance from gray that stays between 0 and 1. */
function saturationThatFits(
  data: Float32Array,
  pixel: number,
  area: number,
  color: number,
  luma: number,
): number {
  let share = 1;
  for (let i = pixel; i < data.length; i += area) {
    const distance = data[i]! - color;
    if (distance > 0) share = Math.min(share, (1 - luma) / distance);
    else if (distance < 0) share = Math.min(share, luma / -distance);
  }
  return Math.max(0, share);
}
