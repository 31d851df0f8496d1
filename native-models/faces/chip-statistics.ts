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

/** The share of pixels at each of the 256 levels. */
type Histogram = Float64Array;

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
  const histogram = histogramOf(window.data);
  return {
    sharpness: sharpnessOf(window),
    exposure: exposureOf(histogram),
    brightness: meanOf(histogram),
  };
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
function exposureOf(histogram: Histogram): number {
  const spread = Math.min(
    1,
    (percentile(histogram, 0.95) - percentile(histogram, 0.05)) / FULL_RANGE,
  );
  const usable = histogram.subarray(DARK + 1, BRIGHT).reduce((sum, share) => sum + share, 0);
  const brightness = meanOf(histogram);
  const level = Math.min(1, brightness / 50, (255 - brightness) / 30);
  return spread * usable * level;
}

function histogramOf(luma: Float32Array): Histogram {
  const histogram = new Float64Array(256);
  const share = 1 / luma.length;
  for (const value of luma) histogram[value | 0]! += share;
  return histogram;
}

const meanOf = (histogram: Histogram) =>
  histogram.reduce((sum, share, level) => sum + share * level, 0);

function percentile(histogram: Histogram, share: number): number {
  let below = 0;
  return histogram.findIndex((part) => (below += part) >= share);
}
