import type { RgbImage } from '../images/rgb-image.ts';

/**
 * The middle of a chip, where the face is whatever the alignment: without hair and background,
 * which may be sharp behind a blurred face, or black beyond the picture's border.
 */
const MARGIN = 0.25;

/** Rec. 601 luma of the chip's middle, 0…255. */
interface LumaWindow {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

export interface ChipStatistics {
  /** 0…1 */
  readonly sharpness: number;
  /** 0…1 */
  readonly exposure: number;
  /** Mean luma, 0…255. */
  readonly brightness: number;
}

export function measureChip(chip: RgbImage): ChipStatistics {
  const window = lumaWindow(chip);
  const sorted = window.data.toSorted();
  const brightness = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { sharpness: sharpnessOf(window), exposure: exposureOf(sorted, brightness), brightness };
}

function lumaWindow({ width, height, data }: RgbImage): LumaWindow {
  const [left, top] = [Math.floor(width * MARGIN), Math.floor(height * MARGIN)];
  const size = { width: width - 2 * left, height: height - 2 * top };
  const luma = new Float32Array(size.width * size.height);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      const from = ((top + y) * width + left + x) * 3;
      luma[y * size.width + x] =
        0.299 * data[from]! + 0.587 * data[from + 1]! + 0.114 * data[from + 2]!;
    }
  return { ...size, data: luma };
}

/** Deviation of the Laplacian, as a share of the contrast, that a crisp face reaches. */
const CRISP = 0.25;

/**
 * Variance of the Laplacian (Pech-Pacheco et al. 2000) over that of the brightness itself, so that
 * a dim or evenly lit face does not count as blurred.
 */
function sharpnessOf(window: LumaWindow): number {
  const contrast = deviation(window.data);
  return contrast < 1 ? 0 : Math.min(1, deviation(laplacian(window)) / contrast / CRISP);
}

function laplacian({ width, height, data }: LumaWindow): Float32Array {
  const result = new Float32Array((width - 2) * (height - 2));
  let to = 0;
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      result[to++] =
        data[at - 1]! + data[at + 1]! + data[at - width]! + data[at + width]! - 4 * data[at]!;
    }
  return result;
}

function deviation(values: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
}

/** Luma between the 5th and the 95th percentile of a well lit face. */
const FULL_RANGE = 80;
const [DARK, BRIGHT] = [10, 245];

/** How far the tones are spread, times the share that is neither black nor blown out. */
function exposureOf(sorted: Float32Array, brightness: number): number {
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  const spread = Math.min(1, (at(0.95) - at(0.05)) / FULL_RANGE);
  const usable = sorted.filter((value) => value > DARK && value < BRIGHT).length / sorted.length;
  const level = Math.min(1, brightness / 50, (255 - brightness) / 30);
  return spread * usable * level;
}
