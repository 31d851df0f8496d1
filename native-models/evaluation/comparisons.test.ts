import { describe, expect, it } from 'vitest';
import {
  ascendingOrder,
  countAtOrBelow,
  countBelow,
  mergeComparisons,
  sortDistances,
} from './pairs.ts';
import { comparisonsOf, randomNumbers } from './testing/random.ts';

describe('sortDistances', () => {
  it('orders as the platform does, infinities last', () => {
    const random = randomNumbers(3);
    const values = Float32Array.from({ length: 100_003 }, (_, index) =>
      index % 1000 === 0 ? Infinity : random() * 10 ** (random() * 8 - 6),
    );
    values[5] = 0;
    const expected = values.slice().sort();
    expect(sortDistances(values)).toBe(values);
    expect(values).toEqual(expected);
  });

  it('sorts a view that starts inside its buffer, and nothing', () => {
    const buffer = Float32Array.of(9, 3, 2, 1);
    sortDistances(buffer.subarray(1));
    expect([...buffer]).toEqual([9, 1, 2, 3]);
    expect(sortDistances(new Float32Array(0))).toHaveLength(0);
  });
});

describe('ascendingOrder', () => {
  it('says where the ascending distances lie, equal ones in their order', () => {
    expect([...ascendingOrder(Float32Array.of(9, 1, Infinity, 1, 0))]).toEqual([4, 1, 3, 0, 2]);
    const random = randomNumbers(4);
    const values = Float32Array.from({ length: 70_001 }, () => random() * 10 ** (random() * 6));
    const ordered = Float32Array.from(ascendingOrder(values), (place) => values[place]!);
    expect(ordered).toEqual(values.slice().sort());
    expect(ascendingOrder(new Float32Array(0))).toHaveLength(0);
  });
});

describe('counting', () => {
  it('takes the threshold in or leaves it out', () => {
    const ascending = Float32Array.of(0.25, 0.5, 0.5, 0.75);
    expect(countAtOrBelow(ascending, 0.5)).toBe(3);
    expect(countBelow(ascending, 0.5)).toBe(1);
    expect(countAtOrBelow(ascending, 0)).toBe(0);
    expect(countBelow(ascending, 9)).toBe(4);
  });

  it('merges sets in order', () => {
    const merged = mergeComparisons([comparisonsOf([3, 1], [5]), comparisonsOf([2], [4])]);
    expect([...merged.mated]).toEqual([1, 2, 3]);
    expect([...merged.nonMated]).toEqual([4, 5]);
  });
});
