import { expect, test } from 'vitest';
import { posteriorsOf } from './posterior.ts';
import { probabilityOfLogOdds } from './verifier.ts';

test('with one person enrolled it is the probability of the pair', () => {
  for (const odds of [-4, 0, 2.5]) {
    const [posterior] = posteriorsOf([odds], 1);
    expect(posterior).toBeCloseTo(probabilityOfLogOdds(odds), 12);
  }
});

test('people share what is sure: a runner-up cannot be likely beside a certain first', () => {
  // 78 % by itself.
  const [first, second] = posteriorsOf([9, Math.log(0.78 / 0.22)], 10);
  expect(first).toBeGreaterThan(0.99);
  expect(second).toBeLessThan(0.01);
  expect(first! + second!).toBeLessThanOrEqual(1);
});

test('the same evidence says less the more people there are to be taken for', () => {
  const among = (people: number) => posteriorsOf([4], people)[0]!;
  // L = e⁴: L / k / (1 + L / k).
  expect(among(1)).toBeCloseTo(Math.exp(4) / (1 + Math.exp(4)), 12);
  expect(among(1000)).toBeCloseTo(Math.exp(4) / (1000 + Math.exp(4)), 12);
});

test('evidence beyond what a number holds stays finite', () => {
  expect(posteriorsOf([2000, 1990, -3000], 100)[0]).toBeCloseTo(1 / (1 + Math.exp(-10)), 9);
  expect(posteriorsOf([], 0)).toEqual([]);
});
