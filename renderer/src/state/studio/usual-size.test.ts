import { expect, test, vi } from 'vitest';
import { sizeAt, sizes, usualSize } from './usual-size.ts';

/** Seconds in proportion to the pixels; so many for 1,024. */
const machine = (seconds: number) =>
  vi.fn((size: number) => Promise.resolve(seconds * (size / 1024) ** 2));

test.each([
  [20, 1024],
  [150, 1024],
  [160, 768],
  [300, 640],
  [600, 512],
  [1500, 256],
  [100_000, 256],
])('where 1,024 pixels take %d s, %d are painted', async (seconds, size) => {
  expect(await usualSize(machine(seconds))).toEqual({ size, wantedSeconds: seconds });
});

test('a fast machine is asked once, a slow one seldom', async () => {
  const fast = machine(30);
  await usualSize(fast);
  expect(fast).toHaveBeenCalledTimes(1);
  const slow = machine(600);
  await usualSize(slow);
  expect(slow.mock.calls.length).toBeLessThanOrEqual(3);
});

test('a size of another painting stands next to the offered one', () => {
  expect(sizes[sizeAt(777)]).toBe(768);
});
