import { planesOf, type Picture, type Size } from '../picture.ts';
import { positionsOf, type Layer } from './layers.ts';
import type { Region } from '../tiles/tiles.ts';

/**
 * A picture among mirrored pixels. An encoder takes what lies outside for black or gray, and answers
 * at the border as at an edge; painted without a margin, a picture gets a dark rim.
 */
export interface Frame {
  readonly picture: Size;
  /** Pixels on each side; a multiple of the stride of every layer that is looked at. */
  readonly margin: number;
}

/** Pixels: what the layers of two blocks of 3×3 convolutions see, and most of what a third does. */
const MARGIN = 8;

export function frameOf({ width, height }: Size, layers: readonly Layer[]): Frame {
  const stride = Math.max(...layers.map((layer) => layer.stride));
  return { picture: { width, height }, margin: Math.ceil(MARGIN / stride) * stride };
}

export const outerSize = ({ picture, margin }: Frame): Size => ({
  width: picture.width + 2 * margin,
  height: picture.height + 2 * margin,
});

/** The positions of a layer over the outer size that belong to the picture itself. */
export function innerRegion({ picture, margin }: Frame, layer: Layer): Region {
  const at = margin / layer.stride;
  return { x: at, y: at, ...positionsOf(picture, layer) };
}

/** Copies a picture into the middle of `target`, of the outer size, and mirrors it around. */
export function fillFrame({ margin }: Frame, picture: Picture, target: Picture): void {
  const columns = mirrored(picture.width, margin);
  eachRow(margin, picture, target, (from, to) => {
    target.data.set(picture.data.subarray(from, from + picture.width), to + margin);
    for (let x = 0; x < margin; x++) {
      target.data[to + x] = picture.data[from + columns[x]!]!;
      const right = target.width - 1 - x;
      target.data[to + right] = picture.data[from + columns[right]!]!;
    }
  });
}

/** Adds a gradient over the outer size to the pixels of the picture that it belongs to. */
export function foldFrame({ margin }: Frame, outer: Picture, target: Picture): void {
  const columns = mirrored(target.width, margin);
  eachRow(margin, target, outer, (to, from) => {
    for (let x = 0; x < outer.width; x++) target.data[to + columns[x]!]! += outer.data[from + x]!;
  });
}

/** Start of each row of the outer picture, with that of the inner row that it shows. */
function eachRow(
  margin: number,
  inner: Picture,
  outer: Picture,
  visit: (inner: number, outer: number) => void,
): void {
  const rows = mirrored(inner.height, margin);
  for (let plane = 0; plane < planesOf(inner); plane++)
    rows.forEach((row, y) =>
      visit((plane * inner.height + row) * inner.width, (plane * outer.height + y) * outer.width),
    );
}

/** Which pixel is seen at each place: 2 1 | 0 1 2 3 | 2 1, there and back in a short picture. */
function mirrored(length: number, margin: number): Int32Array {
  const period = Math.max(1, 2 * (length - 1));
  return Int32Array.from({ length: length + 2 * margin }, (_, place) => {
    const at = (((place - margin) % period) + period) % period;
    return Math.min(at, period - at);
  });
}
