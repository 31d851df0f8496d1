import { expect, test } from 'vitest';
import { layOut, type Label } from './overlay.ts';

const picture = { width: 320, height: 180 };
const label = (x: number, y: number, size = 40): Label => ({
  face: { x, y, width: size, height: size },
  width: 110,
  height: 26,
});

function expectSound(labels: readonly Label[]): void {
  const boxes = layOut(labels, picture);
  boxes.forEach((a, i) => {
    expect(a.x).toBeGreaterThanOrEqual(0);
    expect(a.y).toBeGreaterThanOrEqual(0);
    expect(a.x + a.width).toBeLessThanOrEqual(picture.width);
    expect(a.y + a.height).toBeLessThanOrEqual(picture.height);
    for (const b of boxes.slice(i + 1)) {
      const apart =
        a.x + a.width <= b.x ||
        b.x + b.width <= a.x ||
        a.y + a.height <= b.y ||
        b.y + b.height <= a.y;
      expect(apart).toBe(true);
    }
  });
}

test('a label stands in the middle below its face', () => {
  expect(layOut([label(140, 40)], picture)[0]).toMatchObject({ x: 105, y: 88 });
});

test('a label of a face at the border is whole', () => {
  for (const [x, y] of [
    [0, 0],
    [-20, 60],
    [300, 60],
    [140, 150],
    [140, -30],
  ] as const)
    expectSound([label(x, y)]);
  expectSound([label(60, 0, 179)]);
});

test('labels of people close to each other do not cover each other', () => {
  expectSound([label(40, 60), label(100, 60), label(160, 62)]);
  expectSound([label(100, 60), label(100, 60), label(101, 61), label(99, 60)]);
  expectSound([label(40, 120), label(100, 120), label(160, 120)]);
});
