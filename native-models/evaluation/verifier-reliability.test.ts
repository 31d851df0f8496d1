import { expect, test } from 'vitest';
import { randomNumbers } from './testing/random.ts';
import { reliabilityOf } from './verifier.ts';

test('by hand: two mated and four non-mated comparisons in three bins', () => {
  const { bins, brier, ece, accuracy } = reliabilityOf({
    mated: [0.9, 0.52],
    nonMated: [0.9, 0.02, 0.02, 0.02],
  });
  // Weights: mated 1/4 each, non-mated 1/8 each.
  const filled = bins.filter(({ stated }) => stated !== null);
  expect(filled.map(({ mated, nonMated }) => [mated, nonMated])).toEqual([
    [0, 3],
    [1, 0],
    [1, 1],
  ]);
  expect(filled[2]!.observed).toBeCloseTo(0.25 / 0.375, 12);
  expect(ece).toBeCloseTo(0.375 * 0.02 + 0.25 * 0.48 + 0.375 * (0.9 - 0.25 / 0.375), 12);
  expect(brier).toBeCloseTo(
    0.25 * 0.1 ** 2 + 0.25 * 0.48 ** 2 + 0.125 * 0.9 ** 2 + 3 * 0.125 * 0.02 ** 2,
    12,
  );
  expect(accuracy).toBeCloseTo(7 / 8, 12);
});

test('with another prior mated comparisons weigh what it says', () => {
  const even = reliabilityOf({ mated: [0.9], nonMated: [0.4] });
  const rare = reliabilityOf({ mated: [0.9], nonMated: [0.4] }, 0.1);
  expect(even.brier).toBeCloseTo(0.5 * 0.1 ** 2 + 0.5 * 0.4 ** 2, 12);
  expect(rare.brier).toBeCloseTo(0.1 * 0.1 ** 2 + 0.9 * 0.4 ** 2, 12);
  expect(rare.ece).toBeCloseTo(0.1 * 0.1 + 0.9 * 0.4, 12);
  expect(rare.bins.find(({ mated }) => mated > 0)!.share).toBeCloseTo(0.1, 12);
});

test('probabilities that are true have next to no calibration error, others have', () => {
  const random = randomNumbers(3);
  const stated = Array.from({ length: 40_000 }, () => random());
  const truth = stated.map((probability) => random() < probability);
  const split = (change: (p: number) => number) => ({
    mated: stated.filter((_, i) => truth[i]).map(change),
    nonMated: stated.filter((_, i) => !truth[i]).map(change),
  });
  expect(reliabilityOf(split((p) => p)).ece).toBeLessThan(0.01);
  expect(reliabilityOf(split((p) => 0.5 + (p - 0.5) / 3)).ece).toBeGreaterThan(0.1);
});
