import { describe, expect, it } from 'vitest';
import { fitProbability } from './probability.ts';
import { bellComparisons, comparisonsOf, randomNumbers } from './testing/random.ts';

describe('fitProbability', () => {
  it('finds the curve that distances were drawn from', () => {
    // Two bell curves of one deviation σ: the log-odds are linear with slope (μ₂ − μ₁) / σ².
    const curve = fitProbability(bellComparisons(50_000, 50_000));
    expect(curve.midpoint).toBeCloseTo(0.675, 2);
    expect(curve.slope / (0.45 / 0.12 ** 2)).toBeCloseTo(1, 1);
  });

  it('does not depend on how many comparisons of each kind there are', () => {
    const even = fitProbability(bellComparisons(20_000, 20_000));
    const uneven = fitProbability(bellComparisons(2_000, 200_000));
    expect(uneven.midpoint).toBeCloseTo(even.midpoint, 2);
    expect(uneven.slope / even.slope).toBeCloseTo(1, 1);
  });

  it('stays finite where the two sides are cleanly apart', () => {
    const random = randomNumbers(5);
    const side = (from: number) => Array.from({ length: 50 }, () => from + 0.1 * random());
    const curve = fitProbability(comparisonsOf([...side(0.3), Infinity], side(0.9)));
    expect(curve.midpoint).toBeGreaterThan(0.4);
    expect(curve.midpoint).toBeLessThan(0.9);
    expect(curve.slope).toBeGreaterThan(5);
    expect(curve.slope).toBeLessThan(1_000);
  });

  it('reaches the stationary point of the likelihood', () => {
    // Two distances with both labels each: the optimum has exactly the observed shares there.
    const near = [
      ...Array.from({ length: 8_000 }, () => 0.25),
      ...Array.from({ length: 2_000 }, () => 0.75),
    ];
    const far = near.map((distance) => 1 - distance);
    const { midpoint, slope } = fitProbability(comparisonsOf(near, far));
    expect(midpoint).toBeCloseTo(0.5, 6);
    expect(1 / (1 + Math.exp(slope * (0.25 - midpoint)))).toBeCloseTo(0.8, 3);
  });
});
