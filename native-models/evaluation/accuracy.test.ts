import { describe, expect, it } from 'vitest';
import { accuracyAt, bestThreshold, foldedAccuracy } from './rates.ts';
import { bellComparisons, comparisonsOf } from './testing/random.ts';

describe('bestThreshold', () => {
  it('lies half-way between the last right and the first wrong distance', () => {
    expect(bestThreshold(comparisonsOf([0.25, 0.5], [0.75, 1]))).toBe(0.625);
  });

  it('is as good as any threshold there is', () => {
    const comparisons = bellComparisons(300, 700);
    const best = accuracyAt(comparisons, bestThreshold(comparisons));
    const candidates = [...comparisons.mated, ...comparisons.nonMated];
    expect(best).toBe(Math.max(...candidates.map((t) => accuracyAt(comparisons, t))));
  });

  it('is not drawn toward photos without a face', () => {
    const failed = comparisonsOf([0.25, Infinity], [Infinity, Infinity]);
    expect(bestThreshold(failed)).toBe(0.25);
    expect(accuracyAt(failed, 0.25)).toBe(0.75);
  });
});

describe('foldedAccuracy', () => {
  it('judges each fold at the threshold of the others', () => {
    // The others put the threshold at 0.5; there the odd fold gets half of its pairs right.
    const usual = comparisonsOf([0.25], [0.75]);
    const odd = comparisonsOf([0.6], [0.9]);
    const folds = [...Array.from({ length: 9 }, () => usual), odd];
    const result = foldedAccuracy(folds);
    // Nine folds are judged at (0.6 + 0.75) / 2, the odd one at 0.5.
    expect(result.mean).toBeCloseTo(0.95, 12);
    expect(result.threshold).toBeCloseTo((9 * 0.675 + 0.5) / 10, 6);
    expect(result.standardDeviation).toBeCloseTo(Math.sqrt(0.025), 12);
    expect(result.standardError).toBeCloseTo(0.05, 12);
  });

  it('weighs both kinds of error the same however many pairs there are', () => {
    const unbalanced = comparisonsOf([0.9], [...Array.from({ length: 99 }, () => 0.95), 0.1]);
    expect(accuracyAt(unbalanced, 0.9)).toBeCloseTo(0.995, 12);
    expect(accuracyAt(unbalanced, 0.5)).toBeCloseTo(0.495, 12);
  });

  it('does with one usable fold what it can', () => {
    const one = comparisonsOf([0.25], [0.75]);
    const result = foldedAccuracy([one, comparisonsOf([], [])]);
    expect(result).toEqual({ mean: 1, standardDeviation: 0, standardError: 0, threshold: 0.5 });
  });
});
