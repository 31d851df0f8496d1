import { sameSize, type Picture, type Size } from '../picture.ts';

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
