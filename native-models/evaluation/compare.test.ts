import { describe, expect, it } from 'vitest';
import { compareAll, countComparisons, distance } from './paired.ts';
import { finish } from './testing/finish.ts';

const at = (...values: readonly number[]) => Float32Array.from(values);

describe('distance', () => {
  it('is Euclidean, and infinite without an encoding', () => {
    expect(distance(at(0, 0), at(3, 4))).toBe(5);
    expect(distance(null, at(1))).toBe(Infinity);
    expect(distance(at(1), null)).toBe(Infinity);
  });
});

describe('compareAll', () => {
  it('compares each photo once with every other and splits by person', () => {
    const { value } = finish(
      compareAll({ encodings: [at(0), at(1), at(10), at(14)], people: [0, 0, 1, 1] }),
    );
    expect([...value.mated]).toEqual([1, 4]);
    expect([...value.nonMated]).toEqual([9, 10, 13, 14]);
  });

  it('keeps photos without a face, infinitely far from everything', () => {
    const { value } = finish(compareAll({ encodings: [at(0), null, at(3)], people: [7, 7, 8] }));
    expect([...value.mated]).toEqual([Infinity]);
    expect([...value.nonMated]).toEqual([3, Infinity]);
  });

  it('reports its progress between short steps', () => {
    const encodings = [0, 1, 2, 3].map((x) => at(x));
    const { steps } = finish(compareAll({ encodings, people: [0, 0, 1, 1] }));
    expect(steps).toEqual([1, 3, 6]);
  });

  it.each([
    ['one person', [0, 0], { mated: 1, nonMated: 0 }],
    ['nobody twice', [0, 1], { mated: 0, nonMated: 1 }],
  ])('refuses %s', (_, people, details) => {
    const encodings = people.map((x) => at(x));
    expect(() => finish(compareAll({ encodings, people }))).toThrow(
      expect.objectContaining({ code: 'evaluation_impossible', details }),
    );
  });

  it('refuses more comparisons than memory is for, before it takes any', () => {
    const people = Array.from({ length: 30_000 }, (_, photo) => photo >> 1);
    const encodings = people.map(() => null);
    expect(() => finish(compareAll({ encodings, people }))).toThrow(/Limit the photos per person/);
  });
});

describe('countComparisons', () => {
  it('agrees with counting by hand', () => {
    expect(countComparisons([1, 1, 1, 2, 2, 3])).toEqual({ mated: 4, nonMated: 11 });
  });
});
