import { expect, test } from 'vitest';
import {
  curveThrough,
  histogramOutline,
  linearScale,
  linearTicks,
  logScale,
  logTicks,
} from './charts.ts';

test('scales keep what lies beyond their ends at them, zero on a logarithmic one as well', () => {
  expect([-1, 0, 5, 20].map(linearScale(0, 10))).toEqual([0, 0, 0.5, 1]);
  const rates = [0, 1e-4, 1e-2, 1, 3].map(logScale(1e-4, 1));
  expect(rates.map((share) => Number(share.toFixed(9)))).toEqual([0, 0, 0.5, 1, 1]);
});

test('ticks are round, and never more than fit', () => {
  expect(linearTicks(0.85, 1, 5)).toEqual([0.85, 0.9, 0.95, 1]);
  expect(linearTicks(0, 7, 6)).toEqual([0, 2, 4, 6]);
  expect(logTicks(0.02, 30)).toEqual([0.1, 1, 10]);
  expect(logTicks(0.015, 0.3)).toEqual([0.02, 0.05, 0.1, 0.2]);
  expect(logTicks(2.1, 4.4).length).toBeGreaterThan(1);
});

test('shapes are paths of pixels, rounded to hundredths', () => {
  expect(
    curveThrough([
      [0, 1],
      [2.00499, 3],
    ]),
  ).toBe('M0,1L2,3');
  expect(curveThrough([])).toBe('');
  expect(histogramOutline([0, 10, 20], [5, 8], 9)).toBe(
    'M0,5L10,5L10,8L20,8L20,8L20,9L20,9L10,9L10,9L0,9Z',
  );
});
