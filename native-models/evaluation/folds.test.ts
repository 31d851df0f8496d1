import { describe, expect, it } from 'vitest';
import { FOLDS, tenFolds } from './rates.ts';
import type { Pair } from './pairs.ts';

const mated = (person: string): Pair => ({
  a: { person, index: 1, line: 1 },
  b: { person, index: 2, line: 1 },
  mated: true,
});
const nonMated = (a: string, b: string): Pair => ({
  a: { person: a, index: 1, line: 1 },
  b: { person: b, index: 1, line: 1 },
  mated: false,
});

describe('tenFolds', () => {
  it('leaves ten folds as they are', () => {
    const folds = Array.from({ length: FOLDS }, (_, fold) => [mated(`p${fold}`)]);
    expect(tenFolds(folds)).toBe(folds);
  });

  it('deals any other number so that no pair is lost and sizes are even', () => {
    const people = Array.from({ length: 200 }, (_, index) => `p${index}`);
    const pairs = [
      ...people.flatMap((person) => [mated(person), mated(person)]),
      ...people.map((person, index) => nonMated(person, people[(index + 7) % 200]!)),
    ];
    const folds = tenFolds([pairs]);
    expect(folds).toHaveLength(FOLDS);
    expect(new Set(folds.flat())).toEqual(new Set(pairs));
    for (const fold of folds) {
      expect(fold.filter((pair) => pair.mated)).toHaveLength(40);
      expect(fold.filter((pair) => !pair.mated).length).toBeGreaterThan(10);
      expect(fold.filter((pair) => !pair.mated).length).toBeLessThan(30);
    }
    expect(tenFolds([pairs])).toEqual(folds);
  });

  it('keeps the mated pairs of a person together, and one side of every other pair at home', () => {
    const people = Array.from({ length: 50 }, (_, index) => `p${index}`);
    const pairs = [
      ...people.flatMap((person) => [mated(person), mated(person)]),
      ...people.map((person, index) => nonMated(person, people[(index * 3 + 1) % 50]!)),
    ].filter(({ a, b, mated: same }) => same || a.person !== b.person);
    const folds = tenFolds([pairs]);
    const homeOf = new Map<string, number>();
    for (const [fold, content] of folds.entries())
      for (const pair of content.filter(({ mated: same }) => same)) {
        expect(homeOf.get(pair.a.person) ?? fold).toBe(fold);
        homeOf.set(pair.a.person, fold);
      }
    for (const [fold, content] of folds.entries())
      for (const { a, b } of content)
        expect([homeOf.get(a.person), homeOf.get(b.person)]).toContain(fold);
  });
});
