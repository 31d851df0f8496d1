import { expect, test } from 'vitest';
import { startPicture, type Picture, type Start } from './picture.ts';

const flat = (value: number): Picture => ({
  width: 4,
  height: 3,
  data: new Float32Array(36).fill(value),
});
const size = { width: 8, height: 6 };
const begin = (start: Start) => startPicture(start, flat(0.25), size);

test('begins with the content or another picture, at the size of the level', () => {
  const starts = [begin({ kind: 'content' }), begin({ kind: 'picture', picture: flat(0.75) })];
  expect(starts[0]).toMatchObject(size);
  expect(new Set(starts[0]!.data)).toEqual(new Set([0.25]));
  expect(new Set(starts[1]!.data)).toEqual(new Set([0.75]));
});

test('never hands out the content itself, which painting would change', () => {
  const content = flat(0.5);
  expect(startPicture({ kind: 'content' }, content, content).data).not.toBe(content.data);
});

test('noise follows from the seed, and differs between planes', () => {
  const [a, again, b] = [1, 1, 2].map((seed) => begin({ kind: 'noise', seed }).data);
  expect(again).toEqual(a);
  expect(b).not.toEqual(a);
  expect(a!.subarray(0, 48)).not.toEqual(a!.subarray(48, 96));
  expect(Math.min(...a!)).toBeLessThan(0.1);
  expect(Math.max(...a!)).toBeGreaterThan(0.9);
});
