import { describe, expect, test } from 'vitest';
import { tilesOf } from './find-faces.ts';

describe('tilesOf', () => {
  test('leaves small photos whole', () => {
    expect(tilesOf({ width: 1920, height: 1080 })).toEqual([]);
  });

  test.each([
    [6000, 4000],
    [4000, 6000],
    [2000, 2000],
    [12000, 500],
  ])('covers every pixel of %i × %i, with a quarter shared by neighbours', (width, height) => {
    const tiles = tilesOf({ width, height });
    const starts = [...new Set(tiles.map(({ x }) => x))].sort((a, b) => a - b);
    const side = tiles[0]!.width;
    expect(starts[0]).toBe(0);
    expect(starts.at(-1)! + side).toBe(width);
    starts.slice(1).forEach((x, i) => {
      expect(starts[i]! + side - x).toBeGreaterThanOrEqual(side * 0.25 - 1);
    });
    expect(Math.max(...tiles.map((tile) => tile.y + tile.height))).toBe(height);
    expect(tiles.every((tile) => tile.x >= 0 && tile.y >= 0)).toBe(true);
  });
});
