import { expect, test } from 'vitest';
import { fmrFor, fpirOf, mostGenerous, pointAt, smallestShown } from './rates.ts';

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

test('the most generous threshold that keeps to a rate is chosen', () => {
  expect(mostGenerous(curve, 0.005)).toEqual(curve[2]);
  expect(mostGenerous(curve, 0)).toEqual(curve[0]);
  expect(mostGenerous([curve[1]!], 0.005)).toBeUndefined();
});

test('a search among two people errs where either comparison does', () => {
  expect(fpirOf(0.1, 2)).toBeCloseTo(0.19, 12);
  expect(fpirOf(0.1, 1)).toBeCloseTo(0.1, 12);
  expect(fpirOf(0, 1_000_000)).toBe(0);
});

test('tiny rates are not rounded away', () => {
  expect(fpirOf(1e-18, 10)).toBeCloseTo(1e-17, 25);
});

test('the rate of one comparison undoes that of a search', () => {
  for (const people of [1, 7, 5000])
    expect(fpirOf(fmrFor(0.01, people), people)).toBeCloseTo(0.01, 12);
});

test('so many comparisons without an error bound the rate by three in their number', () => {
  expect(smallestShown(3000)).toBeCloseTo(0.001, 12);
});
