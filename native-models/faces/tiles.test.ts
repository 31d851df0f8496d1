import { describe, expect, test } from 'vitest';
import { tilesOf } from './search.ts';

describe('tilesOf', () => {
  test('leaves small pictures whole', () => {
    const size = { width: 600, height: 400 };
    expect(tilesOf(size, 640, 128)).toEqual([{ x: 0, y: 0, ...size }]);
  });

  test.each([
    [6000, 4000],
    [4000, 6001],
    [641, 641],
    [12000, 500],
  ])('covers every pixel of %i × %i, neighbors sharing enough', (width, height) => {
    const tiles = tilesOf({ width, height }, 640, 128);
    for (const [start, extent, total] of [
      ['x', 'width', width],
      ['y', 'height', height],
    ] as const) {
      const starts = [...new Set(tiles.map((tile) => tile[start]))].sort((a, b) => a - b);
      const side = tiles[0]![extent];
      expect(side).toBeLessThanOrEqual(640);
      expect([starts[0], starts.at(-1)! + side]).toEqual([0, total]);
      for (let i = 1; i < starts.length; i++)
        expect(starts[i - 1]! + side - starts[i]!).toBeGreaterThanOrEqual(128);
    }
  });
});
