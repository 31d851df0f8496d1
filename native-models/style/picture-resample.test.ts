import { expect, test } from 'vitest';
import { blankPicture, resample, resamplePlanes, type Picture, type Size } from './picture.ts';
import { RandomStream } from '../../foundation/random.ts';

/** A picture whose planes are functions of the position, from 0 to 1 along each axis. */
function paint(size: Size, ...planes: readonly ((x: number, y: number) => number)[]): Picture {
  const picture = blankPicture(size, planes.length);
  let to = 0;
  for (const plane of planes)
    for (let y = 0; y < size.height; y++)
      for (let x = 0; x < size.width; x++)
        picture.data[to++] = plane((x + 0.5) / size.width, (y + 0.5) / size.height);
  return picture;
}

const largest = (a: Picture, b: Picture) =>
  Math.max(...a.data.map((value, i) => Math.abs(value - b.data[i]!)));

const sizes: readonly (readonly [Size, Size])[] = [
  [
    { width: 20, height: 13 },
    { width: 28, height: 18 },
  ],
  [
    { width: 37, height: 11 },
    { width: 5, height: 30 },
  ],
  [
    { width: 1, height: 1 },
    { width: 4, height: 3 },
  ],
  [
    { width: 9, height: 7 },
    { width: 1, height: 1 },
  ],
];

test.each(sizes)('a flat picture stays flat, from %o to %o', (from, to) => {
  const flat = (size: Size) => paint(size, ...[0.1, 0.6, 1].map((value) => () => value));
  expect(largest(resample(flat(from), to), flat(to))).toBeLessThan(1e-6);
});

test('a ramp stays the same ramp away from the border, each plane its own', () => {
  const ramp = (size: Size) =>
    paint(
      size,
      (x) => x,
      (_, y) => y,
      (x, y) => (x + y) / 2,
    );
  // Where one pixel covers no whole number of others, its weights are off their center a little.
  for (const [from, to, tolerance] of [
    [{ width: 40, height: 30 }, { width: 57, height: 42 }, 1e-6],
    [{ width: 57, height: 42 }, { width: 20, height: 15 }, 1e-3],
  ] as const) {
    const [result, expected] = [resample(ramp(from), to), ramp(to)];
    const inside = (value: number, i: number) => {
      const [x, y] = [i % to.width, Math.floor(i / to.width) % to.height];
      const border = x < 2 || y < 2 || x >= to.width - 2 || y >= to.height - 2;
      return border ? 0 : Math.abs(value - expected.data[i]!);
    };
    expect(Math.max(...result.data.map(inside))).toBeLessThan(tolerance);
  }
});

test('fine stripes become gray where they cannot be shown, not coarse stripes', () => {
  const stripes = paint({ width: 200, height: 3 }, (x) => Math.floor(x * 200) % 2);
  const { data } = resample(stripes, { width: 59, height: 3 });
  for (const value of data) expect(Math.abs(value - 0.5)).toBeLessThan(0.08);
});

test('never leaves the range of its source', () => {
  const random = new RandomStream(1, 'test');
  const noise = paint({ width: 31, height: 17 }, () => random.uniform());
  for (const to of [
    { width: 44, height: 24 },
    { width: 12, height: 8 },
  ]) {
    const { data } = resample(noise, to);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(Math.min(...noise.data));
    expect(Math.max(...data)).toBeLessThanOrEqual(Math.max(...noise.data));
  }
});

test('bare planes are copied even at the same size, a picture is not', () => {
  const picture = paint({ width: 3, height: 2 }, (x) => x);
  expect(resample(picture, { width: 3, height: 2 })).toBe(picture);
  const copy = resamplePlanes(picture.data, picture, picture);
  expect(copy).toEqual(picture.data);
  expect(copy.buffer).not.toBe(picture.data.buffer);
});
