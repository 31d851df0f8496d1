import { expect, test } from 'vitest';
import { pyramidSizes } from './picture.ts';

const longer = (sizes: ReturnType<typeof pyramidSizes>) =>
  sizes.map(({ width, height }) => Math.max(width, height));

test('halves the area from step to step, down to the smallest', () => {
  const sizes = pyramidSizes({ width: 4000, height: 3000 }, { longerSide: 512 });
  expect(longer(sizes)).toEqual([128, 181, 256, 362, 512]);
  expect(sizes.map(({ height }) => height)).toEqual([96, 136, 192, 272, 384]);
});

test('the last is exact, whatever it is', () => {
  for (const longerSide of [100, 127, 129, 333, 3000]) {
    const sizes = pyramidSizes({ width: 300, height: 301 }, { longerSide });
    expect(longer(sizes).at(-1)).toBe(longerSide);
    expect(longer(sizes)[0]).toBeGreaterThanOrEqual(Math.min(longerSide, 128));
    expect(longer(sizes)[0]).toBeLessThan(128 * Math.SQRT2);
  }
});

test('leaves out what would be too thin for the encoder', () => {
  const thin = { width: 1000, height: 20 };
  expect(longer(pyramidSizes(thin, { longerSide: 1000, shortest: 10 }))).toEqual([500, 707, 1000]);
});

test.each([
  [{ width: 1, height: 1 }, 3],
  [{ width: 1000, height: 2 }, 512],
])('refuses a painting that is too thin itself: %o', (content, longerSide) => {
  expect(() => pyramidSizes(content, { longerSide, shortest: 4 })).toThrow(
    expect.objectContaining({ code: 'image_too_small' }),
  );
});

test('one pixel is a picture where nothing forbids it', () => {
  expect(pyramidSizes({ width: 1, height: 1 }, { longerSide: 1 })).toEqual([
    { width: 1, height: 1 },
  ]);
});
