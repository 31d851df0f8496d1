import { expect, test } from 'vitest';
import { linear, logarithmic, normalDeviate, probit, rateLabel, roundTicks } from './charts.ts';

test('a linear axis keeps values inside', () => {
  const { at } = linear(0.5, 1, []);
  expect([0, 0.5, 0.75, 1, 2].map(at)).toEqual([0, 0, 0.5, 1, 1]);
});

test('a logarithmic axis gives each decade the same room', () => {
  const { at } = logarithmic(1e-4, 1, []);
  expect([0, 1e-4, 1e-2, 1].map(at)).toEqual([0, 0, expect.closeTo(0.5) as number, 1]);
});

// Quantiles of the standard normal distribution from printed tables.
test.each([
  [0.5, 0],
  [0.975, 1.959964],
  [0.001, -3.090232],
  [1e-5, -4.264891],
])('probit(%d)', (share, quantile) => {
  expect(probit(share)).toBeCloseTo(quantile, 2);
});

test('an axis of normal deviates is symmetric about one half', () => {
  const { at } = normalDeviate(0.01, 0.99, []);
  expect(at(0.5)).toBeCloseTo(0.5, 6);
  expect(at(0.1) + at(0.9)).toBeCloseTo(1, 6);
});

test.each([
  [0, 1, 5, ['0', '0.2', '0.4', '0.6', '0.8', '1']],
  [0.85, 1, 5, ['0.85', '0.9', '0.95', '1']],
  [0, 37, 4, ['0', '10', '20', '30']],
])('ticks from %d to %d', (min, max, count, labels) => {
  const label = (value: number) => `${Number(value.toPrecision(6))}`;
  expect(roundTicks(min, max, count, label).map((tick) => tick.label)).toEqual(labels);
});

test('rates are labeled without noise', () => {
  expect([1, 0.1, 0.0001, 1e-6].map(rateLabel)).toEqual(['100 %', '10 %', '0.01 %', '0.0001 %']);
});
