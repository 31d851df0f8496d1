import type { Region } from '../images/rgb-image.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Cuts a picture into overlapping tiles, evenly spread and all inside. A picture that is not larger
 * than a tile is one.
 *
 * @param side of a tile in pixels; where the picture is narrower, so is the tile.
 * @param overlap what neighbors share at least, in pixels, less than `side`: an object of that
 *   size on a border is whole in one of them.
 */
export function tilesOf({ width, height }: Size, side: number, overlap: number): Region[] {
  const tile = { width: Math.min(width, side), height: Math.min(height, side) };
  return startsOf(height, tile.height, overlap).flatMap((y) =>
    startsOf(width, tile.width, overlap).map((x) => ({ x, y, ...tile })),
  );
}

/** Evenly spread, from the first pixel to the last. */
function startsOf(length: number, side: number, overlap: number): number[] {
  if (length <= side) return [0];
  const count = Math.ceil((length - side) / (side - overlap)) + 1;
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - side)) / (count - 1)));
}
