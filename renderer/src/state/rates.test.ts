import { expect, test } from 'vitest';
import { inWords, pointAt } from './rates.ts';

const curve = [
  { threshold: 0.4, fmr: 0, fnmr: 0.3 },
  { threshold: 0.6, fmr: 0.01, fnmr: 0.05 },
  { threshold: 0.5, fmr: 0.001, fnmr: 0.1 },
];

test('a threshold between two measured ones errs as the stricter of them', () => {
  expect(pointAt(curve, 0.59)).toEqual(curve[2]);
  expect(pointAt(curve, 0.6)).toEqual(curve[1]);
  expect(pointAt(curve, 0.3)).toBeUndefined();
});

test('a rate is said in whole numbers that still tell rates apart', () => {
  expect(inWords(0.0031, { low: 0.0012, high: 0.0058 })).toEqual({
    count: 3,
    of: 1000,
    low: 1,
    high: 6,
  });
  expect(inWords(0.052, { low: 0.03, high: 0.08 })).toMatchObject({ count: 5, of: 100 });
  expect(inWords(0.00042, { low: 0, high: 0.002 })).toMatchObject({ count: 4, of: 10_000 });
  expect(inWords(0.0196, undefined, 1.5)).toMatchObject({ count: 2, of: 100 });
});

test('an interval is rounded outwards', () => {
  expect(inWords(0.0101, { low: 0.0049, high: 0.0151 })).toMatchObject({ low: 4, high: 16 });
});

test('what never happened is said with what is still possible', () => {
  expect(inWords(0, { low: 0, high: 0.004 })).toEqual({ count: 0, of: 1000, low: 0, high: 4 });
  expect(inWords(0)).toEqual({ count: 0, of: 100, low: 0, high: 0 });
});
