import { expect, test } from 'vitest';
import { fromHalves, toHalves } from './tensor.ts';

test('values of half precision pass unchanged, all 65,536 of them', () => {
  const all = Uint16Array.from({ length: 0x10000 }, (_, pattern) => pattern);
  const back = toHalves(fromHalves(all));

  const isNan = (pattern: number) => (pattern & 0x7c00) === 0x7c00 && (pattern & 0x3ff) !== 0;
  const wrong = [...all].filter((pattern) => !isNan(pattern) && back[pattern] !== pattern);
  expect(wrong).toEqual([]);
});

test.each([
  [1 + 1 / 2048, 1, 'a tie goes to the even one below'],
  [1 + 3 / 2048, 1 + 2 / 1024, 'a tie goes to the even one above'],
  [1 + 1.01 / 2048, 1 + 1 / 1024, 'more than half a step goes up'],
  [2 ** -25, 0, 'half of the smallest goes to zero'],
  [1.5 * 2 ** -24, 2 * 2 ** -24, 'subnormal numbers round as well'],
  [65_519, 65_504, 'the largest stays finite'],
  [65_520, Infinity, 'what is too large becomes infinite'],
  [-0.1, -0.0999755859375, 'signs stay'],
])('%d becomes %d: %s', (value, expected) => {
  expect(fromHalves(toHalves(Float32Array.of(value)))[0]).toBe(expected);
});
