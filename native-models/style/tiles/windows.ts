import { planesOf, type Picture } from '../picture.ts';
import type { Region } from './tiles.ts';

/** Copies a region that lies inside the picture to `target`, plane after plane. */
export function readRegion(picture: Picture, region: Region, target: Float32Array): void {
  let to = 0;
  for (const from of rowStarts(picture, region)) {
    target.set(picture.data.subarray(from, from + region.width), to);
    to += region.width;
  }
}

/** Adds `values`, as `readRegion` gives them, to the region of the picture. */
export function addRegion(picture: Picture, region: Region, values: Float32Array): void {
  let from = 0;
  for (const to of rowStarts(picture, region))
    for (let column = 0; column < region.width; column++)
      picture.data[to + column]! += values[from++]!;
}

function* rowStarts(picture: Picture, { x, y, height }: Region): Generator<number> {
  for (let plane = 0; plane < planesOf(picture); plane++)
    for (let row = y; row < y + height; row++)
      yield (plane * picture.height + row) * picture.width + x;
}
