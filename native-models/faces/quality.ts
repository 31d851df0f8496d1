import type { RgbImage } from '../images/rgb-image.ts';
import type { Point, Quality, QualityFlaw } from '../../contract/values.ts';
import { distanceBetween } from '../../foundation/geometry.ts';
import { eyeCenters } from './align.ts';

/**
 * The middle of a chip, where the face is whatever the alignment: without hair and background,
 * which may be sharp behind a blurred face, or black beyond the picture's border.
 */
const MARGIN = 0.25;

/** Rec. 601 luma of the chip, 0…255. */
interface LumaPlane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** The share of pixels at each of the 256 levels. */
type Histogram = Float64Array;

interface ChipStatistics {
  /** 0…1 */
  readonly sharpness: number;
  /** 0…1 */
  readonly exposure: number;
  /** Mean luma, 0…255. */
  readonly brightness: number;
}

/**
 * @param enlarged pixels of the chip per pixel of the photo: sharpness is judged by the pixels that
 *   there are, so that a small face is not called blurred for being small
 */
function measureChip(chip: RgbImage, enlarged: number): ChipStatistics {
  const luma = lumaOf(chip);
  const histogram = histogramOf(luma);
  const longest = Math.min(...marginsOf(chip)) - 1;
  return {
    sharpness: sharpnessOf(luma, Math.min(Math.max(1, enlarged), longest / LONGEST_STEP)),
    exposure: exposureOf(histogram),
    brightness: meanOf(histogram),
  };
}

const marginsOf = ({ width, height }: { readonly width: number; readonly height: number }) =>
  [Math.floor(width * MARGIN), Math.floor(height * MARGIN)] as const;

function lumaOf({ width, height, data }: RgbImage): LumaPlane {
  const luma = new Float32Array(width * height);
  for (let i = 0, from = 0; i < luma.length; i++, from += 3)
    luma[i] = 0.299 * data[from]! + 0.587 * data[from + 1]! + 0.114 * data[from + 2]!;
  return { width, height, data: luma };
}

/**
 * Steps of second differences, in pixels. Those over the short step are taken as a share of those
 * over the long one, in the direction in which that is least: a smooth ramp has the square of the
 * steps' ratio (`smooth`). Nothing that looks at all directions together, such as the deviation of
 * the Laplacian, sees motion, which blurs one of them only; two scales see short and long motion.
 *
 * `crisp` is chosen so that a sharpness of 0.375, below which a face is called blurred, is undercut
 * by 1 % of 1,088 faces of LFW as they are. Moved by 7, 10, 15 or 25 pixels of a chip of 150, in
 * any direction, 99 % of them and more undercut it; of the Laplacian, which was used before, the
 * threshold with as many false alarms finds 22, 44, 60 and 79 %.
 */
const SCALES = [
  { short: 1, long: 4, smooth: (1 / 4) ** 2, crisp: 0.197 },
  { short: 3, long: 9, smooth: (3 / 9) ** 2, crisp: 0.459 },
] as const;
const LONGEST_STEP = Math.max(...SCALES.map(({ long }) => long));
const DIRECTIONS = Array.from({ length: 8 }, (_, i) => (Math.PI * i) / 8);
/** Every third pixel of every third row is enough. */
const STRIDE = 3;

/** @param unit of the steps, in pixels of the chip */
function sharpnessOf(chip: LumaPlane, unit: number): number {
  const difference = (angle: number, step: number) =>
    secondDifference(chip, Math.cos(angle) * step * unit, Math.sin(angle) * step * unit);
  const sharpness = SCALES.map(({ short, long, smooth, crisp }) => {
    const shares = DIRECTIONS.map((angle) => {
      const far = difference(angle, long);
      return far < 1 ? smooth : Math.sqrt(difference(angle, short) / far);
    });
    return (Math.min(...shares) - smooth) / (crisp - smooth);
  });
  return Math.min(1, Math.max(0, Math.min(...sharpness)));
}

/** Mean square over the chip's middle. */
function secondDifference(chip: LumaPlane, dx: number, dy: number): number {
  const { width, height, data } = chip;
  const [left, top] = marginsOf(chip);
  let [sum, count] = [0, 0];
  for (let y = top; y < height - top; y += STRIDE)
    for (let x = left; x < width - left; x += STRIDE, count++) {
      const around = lumaAt(chip, x + dx, y + dy) + lumaAt(chip, x - dx, y - dy);
      sum += (around - 2 * data[y * width + x]!) ** 2;
    }
  return sum / count;
}

/** Bilinear, at a place inside the chip. */
function lumaAt({ width, data }: LumaPlane, x: number, y: number): number {
  const [left, top] = [x | 0, y | 0];
  const [fx, fy] = [x - left, y - top];
  const p = top * width + left;
  const upper = data[p]! + (data[p + 1]! - data[p]!) * fx;
  const lower = data[p + width]! + (data[p + width + 1]! - data[p + width]!) * fx;
  return upper + (lower - upper) * fy;
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

/** Of the chip's middle. */
function histogramOf(chip: LumaPlane): Histogram {
  const { width, height, data } = chip;
  const [left, top] = marginsOf(chip);
  const histogram = new Float64Array(256);
  const share = 1 / ((width - 2 * left) * (height - 2 * top));
  for (let y = top; y < height - top; y++)
    for (let x = left; x < width - left; x++) histogram[data[y * width + x]! | 0]! += share;
  return histogram;
}

const meanOf = (histogram: Histogram) =>
  histogram.reduce((sum, share, level) => sum + share * level, 0);

function percentile(histogram: Histogram, share: number): number {
  let below = 0;
  return histogram.findIndex((part) => (below += part) >= share);
}

/** Degrees; the head nods, then turns, then leans. All 0 for a face straight into the camera. */
interface Pose {
  /** Positive where the face turns to the right of the picture. */
  readonly yaw: number;
  /** Positive where it looks up. */
  readonly pitch: number;
  /** Positive where it leans clockwise. */
  readonly roll: number;
}

type Vector = readonly [number, number, number];

/**
 * An average head, in millimeters from the tip of the nose: x to the right of the picture, y down,
 * z away from the camera. Rounded means of adults (Farkas 1994), by landmark number.
 */
export const headPoints: readonly (readonly [landmark: number, position: Vector])[] = [
  [36, [-45, -38, 40]],
  [39, [-17, -37, 30]],
  [42, [17, -37, 30]],
  [45, [45, -38, 40]],
  [27, [0, -36, 18]],
  [30, [0, 0, 0]],
  [33, [0, 14, 14]],
  [48, [-26, 34, 30]],
  [54, [26, 34, 30]],
];

/**
 * Estimates the pose by scaled orthographic projection (POS, DeMenthon & Davis 1995): the first two
 * rows of the rotation, times the scale, are the least-squares map of the head onto the landmarks.
 */
export function estimatePose(landmarks: readonly Point[]): Pose {
  const points = headPoints.map(([landmark]) => landmarks[landmark]!);
  const right = unit(projection(points.map(([x]) => x)));
  const down = unit(projection(points.map(([, y]) => y)));
  const away = unit(cross(right, down));
  return {
    yaw: degrees(Math.asin(away[0])),
    pitch: degrees(Math.atan2(-away[1], away[2])),
    roll: degrees(Math.atan2(down[0], right[0])),
  };
}

/** The vector whose products with the centered head points come closest to the values. */
function projection(values: readonly number[]): Vector {
  const center = mean(values);
  const moments = centeredHead.reduce<Vector>(
    (sum, position, i) => plus(sum, times(position, values[i]! - center)),
    [0, 0, 0],
  );
  return [
    dot(inverseScatter[0], moments),
    dot(inverseScatter[1], moments),
    dot(inverseScatter[2], moments),
  ];
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const times = (a: Vector, factor: number): Vector => [a[0] * factor, a[1] * factor, a[2] * factor];
const unit = (a: Vector): Vector => times(a, 1 / (Math.hypot(...a) || 1));
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const degrees = (radians: number) => (radians * 180) / Math.PI;

const centeredHead: readonly Vector[] = (() => {
  const positions = headPoints.map(([, position]) => position);
  const center: Vector = [
    mean(positions.map(([x]) => x)),
    mean(positions.map(([, y]) => y)),
    mean(positions.map(([, , z]) => z)),
  ];
  return positions.map((position) => plus(position, times(center, -1)));
})();

/** The inverse of Σ p pᵀ over the head points. */
const inverseScatter: readonly [Vector, Vector, Vector] = (() => {
  const row = (axis: 0 | 1 | 2) =>
    centeredHead.reduce<Vector>((sum, point) => plus(sum, times(point, point[axis])), [0, 0, 0]);
  const [a, b, c] = [row(0), row(1), row(2)];
  const share = 1 / dot(a, cross(b, c));
  return [times(cross(b, c), share), times(cross(c, a), share), times(cross(a, b), share)];
})();

/**
 * How good a face is for recognition. Each property becomes a factor from 0 (useless) to 1 (as good
 * as it gets); the score is their product.
 *
 * @param chip the aligned chip; it is what the encoder sees.
 * @param landmarks in pixels of the picture in its file.
 */
export function assessQuality(
  chip: RgbImage,
  landmarks: readonly Point[],
  detection: number,
): Quality {
  const eyeDistance = distanceBetween(...eyeCenters(landmarks));
  const statistics = measureChip(chip, (chip.width * EYES_ON_CHIP) / eyeDistance);
  const measures = {
    eyeDistance,
    sharpness: statistics.sharpness,
    exposure: statistics.exposure,
    ...estimatePose(landmarks),
    detection,
  };
  const factors = factorsOf(measures, statistics);
  const flawed = factors
    .filter(({ value }) => value < WORTH_SAYING)
    .sort((a, b) => a.value - b.value);
  return {
    score: factors.reduce((product, { value }) => product * value, 1),
    reasons: flawed.map(({ reason }) => reason),
    flaws: flawed.map(({ flaw }) => flaw),
    measures,
  };
}

/** On chips the eyes are about so far apart, as a share of the width. */
const EYES_ON_CHIP = 1 / 3;

interface Factor {
  readonly value: number;
  readonly flaw: QualityFlaw;
  readonly reason: string;
}

/** Factors below this are told to the person. */
const WORTH_SAYING = 0.75;

function factorsOf(
  { eyeDistance, sharpness, exposure, yaw, pitch, detection }: Quality['measures'],
  { brightness }: ChipStatistics,
): readonly Factor[] {
  return [
    {
      value: ramp(eyeDistance, 5, 40),
      flaw: 'small',
      reason: `The face is small: ${Math.round(eyeDistance)} pixels between the eyes; 40 or more are better.`,
    },
    {
      value: ramp(sharpness, 0, 0.5),
      flaw: 'blurred',
      reason: 'The face is blurred: hold still, or use a sharper photo.',
    },
    { value: ramp(exposure, 0, 0.6), ...exposureFlaw(brightness) },
    {
      value: ramp(Math.abs(yaw), 75, 25),
      flaw: 'turned',
      reason: `The face is turned to the side by about ${Math.round(Math.abs(yaw))}°; look into the camera.`,
    },
    {
      value: ramp(Math.abs(pitch), 60, 25),
      flaw: pitch > 0 ? 'raised' : 'lowered',
      reason: `The face looks ${pitch > 0 ? 'up' : 'down'} by about ${Math.round(Math.abs(pitch))}°; look into the camera.`,
    },
    {
      value: ramp(detection, 0, 0.6),
      flaw: 'uncertain',
      reason:
        'It is not certain that this is a face: it may be covered, cut off or a picture of one.',
    },
  ];
}

function exposureFlaw(brightness: number): Pick<Factor, 'flaw' | 'reason'> {
  if (brightness < 80) return { flaw: 'dark', reason: 'The face is dark: turn toward a light.' };
  if (brightness > 180)
    return { flaw: 'bright', reason: 'The face is too bright: avoid direct light.' };
  return { flaw: 'flat', reason: 'The face has little contrast: use softer, brighter light.' };
}

/** 0 at `none`, 1 at `full`, straight in between and constant beyond. */
function ramp(value: number, none: number, full: number): number {
  return Math.min(1, Math.max(0, (value - none) / (full - none)));
}
