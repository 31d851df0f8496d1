import { expect, test } from 'vitest';
import { coverageOf, fitMask, layerWeights, type Mask } from './mask.ts';

const maskOf = (width: number, rows: readonly (readonly number[])[]): Mask => ({
  width,
  height: rows.length,
  data: Float32Array.from(rows.flat()),
});

const half = maskOf(4, [
  [1, 1, 0, 0],
  [1, 1, 0, 0],
]);

test('a mask of the right size is taken as it is', () => {
  expect(fitMask(half, { width: 4, height: 2 }, 'sky.png')).toEqual({ mask: half, note: null });
});

test('another size is resized, and said', () => {
  const { mask, note } = fitMask(half, { width: 16, height: 8 }, 'sky.png');
  expect(mask).toMatchObject({ width: 16, height: 8 });
  expect([mask.data[0], mask.data[15]]).toEqual([1, 0]);
  expect(coverageOf(mask)).toBeCloseTo(0.5, 6);
  expect(note).toBe('The mask sky.png was resized from 4 × 2 to 16 × 8 pixels.');
});

test('other proportions are stretched, and said', () => {
  const { mask, note } = fitMask(half, { width: 8, height: 40 }, 'sky.png');
  expect(coverageOf(mask)).toBeCloseTo(0.5, 6);
  expect(note).toMatch(/other proportions.*stretched from 4 × 2 to 8 × 40/);
});

test('a black mask is refused by name', () => {
  const fit = () => fitMask(maskOf(2, [[0, 0]]), { width: 2, height: 1 }, 'sky.png');
  expect(fit).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  expect(fit).toThrow(/sky\.png is black everywhere/);
});

test('weights of a layer are means over its cells and sum to one', () => {
  const mask = maskOf(5, [
    [1, 0.5, 0, 0, 1],
    [1, 0.5, 0, 1, 1],
    [1, 1, 1, 1, 1],
  ]);
  // The fifth column and the third row make no full cell.
  expect([...layerWeights(mask, { width: 2, height: 1, stride: 2 })]).toEqual([0.75, 0.25]);
  const full = layerWeights(mask, { width: 5, height: 3, stride: 1 });
  expect(full.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 6);
  expect(full[0]! / full[1]!).toBeCloseTo(2, 6);
});

test('a white mask weighs as no mask does', () => {
  const white = maskOf(3, [
    [1, 1, 1],
    [1, 1, 1],
  ]);
  for (const weight of layerWeights(white, { width: 3, height: 2, stride: 1 }))
    expect(weight).toBeCloseTo(1 / 6, 7);
});

test('cells beyond the picture count for what they hold', () => {
  const white = maskOf(3, [
    [1, 1, 1],
    [1, 1, 1],
  ]);
  const weights = layerWeights(white, { width: 2, height: 1, stride: 2 });
  expect(weights[0]! / weights[1]!).toBeCloseTo(2, 6);
});

test('where the layer has nothing of the mask, all weights are zero', () => {
  const corner = maskOf(3, [[0, 0, 1]]);
  expect([...layerWeights(corner, { width: 1, height: 1, stride: 2 })]).toEqual([0]);
});
