import { describe, expect, it } from 'vitest';
import { distanceHistogram } from './pairs.ts';
import { comparisonsOf } from './testing/random.ts';

describe('distanceHistogram', () => {
  it('counts every finite distance once', () => {
    const comparisons = comparisonsOf([0, 0.5, 1, Infinity], [1.5, 2, 2]);
    expect(distanceHistogram(comparisons, 4)).toEqual({
      edges: [0, 0.5, 1, 1.5, 2],
      mated: [2, 1, 0, 0],
      nonMated: [0, 0, 1, 2],
    });
  });

  it('has edges even where no distance is finite', () => {
    const { edges, mated } = distanceHistogram(comparisonsOf([Infinity], [Infinity]), 2);
    expect(edges).toEqual([0, 0.5, 1]);
    expect(mated).toEqual([0, 0]);
  });
});
