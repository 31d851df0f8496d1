import { LikenessError, assertNever } from '../../contract/errors.ts';
import { RandomStream } from '../../foundation/random.ts';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A picture while it is painted: sRGB from 0 to 1, plane after plane (all red, all green, all blue),
 * so that `data` is a tensor float32[1, 3, height, width]. A mask is the same with one plane.
 */
export interface Picture extends Size {
  readonly data: Float32Array;
}

export const areaOf = ({ width, height }: Size): number => width * height;

/** Number of planes. */
export const planesOf = ({ width, height, data }: Picture): number =>
  data.length / (width * height);

/** A black picture. */
export const blankPicture = ({ width, height }: Size, planes = 3): Picture => ({
  width,
  height,
  data: new Float32Array(planes * width * height),
});

export const sameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

interface PyramidOptions {
  /** Longer side of the finished picture, in pixels. */
  readonly longerSide: number;
  /** Longer side of the first picture, at least; 128 by default. */
  readonly smallest?: number;
  /** Neither side of any picture may be shorter: what the encoder needs; 1 by default. */
  readonly shortest?: number;
}

const SMALLEST = 128;

/**
 * The sizes to paint at, coarse to fine: counted back from the wanted one in steps of √2, so that
 * the last is exact, each longer side rounded to the nearest pixel and the shorter in proportion.
 * Throws `image_too_small` where the wanted size itself has too short a side.
 */
export function pyramidSizes(content: Size, options: PyramidOptions): readonly Size[] {
  const { longerSide, smallest = SMALLEST, shortest = 1 } = options;
  const wanted = fit(content, longerSide);
  if (Math.min(wanted.width, wanted.height) < shortest)
    throw new LikenessError(
      'image_too_small',
      `A painting of ${wanted.width} × ${wanted.height} pixels is too small: ` +
        `both sides need at least ${shortest}. Ask for a larger size.`,
      { details: { ...wanted, shortest } },
    );
  const sizes = [wanted];
  for (let level = 1; ; level++) {
    const size = fit(content, longerSide / Math.SQRT2 ** level);
    const small = Math.max(size.width, size.height) < smallest;
    if (small || Math.min(size.width, size.height) < shortest) return sizes.reverse();
    sizes.push(size);
  }
}

/** The size of the same proportions whose longer side is this long. */
export function fit({ width, height }: Size, longerSide: number): Size {
  const scale = Math.round(longerSide) / Math.max(width, height);
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

/**
 * Scales every plane with a triangle filter: linear interpolation where it grows, a weighted mean
 * of all that is covered where it shrinks, so that nothing aliases. Pixel centers lie at whole
 * numbers plus a half; the weights of every pixel sum to one, and none is negative. A picture that
 * has the size already is returned as it is.
 */
export function resample(picture: Picture, { width, height }: Size): Picture {
  if (sameSize(picture, { width, height })) return picture;
  return { width, height, data: resamplePlanes(picture.data, picture, { width, height }) };
}

/** The same for the bare planes of `from`; always a copy. */
export function resamplePlanes(planes: Float32Array, from: Size, to: Size): Float32Array {
  if (sameSize(from, to)) return planes.slice();
  const count = planes.length / (from.width * from.height);
  const result = new Float32Array(count * to.width * to.height);
  const [across, down] = [filterOf(from.width, to.width), filterOf(from.height, to.height)];
  const narrow = new Float32Array(to.width * from.height);
  for (let plane = 0; plane < count; plane++) {
    const source = planes.subarray(plane * from.width * from.height);
    for (let row = 0; row < from.height; row++)
      filterRow(source.subarray(row * from.width), across, narrow.subarray(row * to.width));
    const target = result.subarray(plane * to.width * to.height);
    for (let row = 0; row < to.height; row++)
      mixRows(narrow, to.width, down, row, target.subarray(row * to.width));
  }
  return result;
}

/** For every target position: the first source position and the weights from there on. */
interface Filter {
  readonly length: number;
  readonly taps: number;
  readonly starts: Int32Array;
  /** `taps` per target position. */
  readonly weights: Float64Array;
}

function filterOf(from: number, to: number): Filter {
  const ratio = from / to;
  const radius = Math.max(1, ratio);
  const taps = Math.min(from, Math.ceil(2 * radius) + 1);
  const starts = new Int32Array(to);
  const weights = new Float64Array(to * taps);
  for (let position = 0; position < to; position++) {
    const center = (position + 0.5) * ratio - 0.5;
    const start = Math.min(Math.max(Math.ceil(center - radius), 0), from - taps);
    starts[position] = start;
    fillTriangle(weights.subarray(position * taps, (position + 1) * taps), center - start, radius);
  }
  return { length: to, taps, starts, weights };
}

function fillTriangle(weights: Float64Array, center: number, radius: number): void {
  let sum = 0;
  for (let tap = 0; tap < weights.length; tap++)
    sum += weights[tap] = Math.max(0, 1 - Math.abs(tap - center) / radius);
  for (let tap = 0; tap < weights.length; tap++) weights[tap]! /= sum;
}

function filterRow(
  source: Float32Array,
  { length, taps, starts, weights }: Filter,
  target: Float32Array,
): void {
  let weight = 0;
  for (let x = 0; x < length; x++) {
    let sum = 0;
    const end = starts[x]! + taps;
    for (let from = starts[x]!; from < end; from++) sum += source[from]! * weights[weight++]!;
    target[x] = sum;
  }
}

function mixRows(
  source: Float32Array,
  width: number,
  { taps, starts, weights }: Filter,
  row: number,
  target: Float32Array,
): void {
  const first = starts[row]! * width;
  const weight = row * taps;
  for (let x = 0; x < width; x++) {
    let sum = 0;
    for (let tap = 0, from = first + x; tap < taps; tap++, from += width)
      sum += source[from]! * weights[weight + tap]!;
    target[x] = sum;
  }
}

/** What a painting begins with. */
export type Start =
  | { readonly kind: 'content' }
  /** Every value on its own, uniform between 0 and 1; the same for the same seed and size. */
  | { readonly kind: 'noise'; readonly seed: number }
  /** Any other picture, stretched to the size. */
  | { readonly kind: 'picture'; readonly picture: Picture };

/** The first picture, of the given size; always a new one, to be painted on. */
export function startPicture(start: Start, content: Picture, size: Size): Picture {
  switch (start.kind) {
    case 'content':
      return copyAt(content, size);
    case 'noise':
      return noise(start.seed, size);
    case 'picture':
      return copyAt(start.picture, size);
    default:
      return assertNever(start);
  }
}

const copyAt = (picture: Picture, { width, height }: Size): Picture => ({
  width,
  height,
  data: resamplePlanes(picture.data, picture, { width, height }),
});

function noise(seed: number, size: Size): Picture {
  const random = new RandomStream(seed, 'start');
  const picture = blankPicture(size);
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = random.uniform();
  return picture;
}
