import { areaOf } from '../picture.ts';
import type { RandomStream } from '../random.ts';
import type { Share } from './tiling.ts';

/** Positions of a layer of the bare picture, row by row; one may come several times. */
export type Positions = Int32Array;

/** @param weights probability of each position, summing to one; null: all alike */
export function drawPositions(
  random: RandomStream,
  count: number,
  available: number,
  weights: Float32Array | null,
): Positions {
  if (weights === null) return Int32Array.from({ length: count }, () => random.below(available));
  const drawn = Float64Array.from({ length: count }, () => random.uniform()).sort();
  const positions = new Int32Array(count);
  let [position, sum] = [0, weights[0]!];
  drawn.forEach((value, i) => {
    while (sum <= value && position < available - 1) sum += weights[++position]!;
    positions[i] = position;
  });
  return positions;
}

/**
 * Copies those columns of `values` [rows, positions of a window] that belong to the tile's core to
 * where `positions` have them: `target` is [rows, positions.length].
 */
export function gather(
  positions: Positions,
  width: number,
  { grid, core, origin }: Share,
  values: Float32Array,
  target: Float32Array,
): void {
  const area = areaOf(grid);
  const rows = values.length / area;
  positions.forEach((position, column) => {
    const x = (position % width) - origin.x;
    const y = Math.floor(position / width) - origin.y;
    if (x < 0 || y < 0 || x >= core.width || y >= core.height) return;
    const from = (core.y + y) * grid.width + core.x + x;
    for (let row = 0; row < rows; row++)
      target[row * positions.length + column] = values[row * area + from]!;
  });
}
