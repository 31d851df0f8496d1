import { expect, test } from 'vitest';
import { ownLimit, surroundingsOf } from './exclusions.ts';

test('the own limit spares the own photos, but never reaches the exclusion', () => {
  expect(ownLimit({ excluded: 0.4, own: 0 })).toBeCloseTo(0.38);
  expect(ownLimit({ excluded: 0.4, own: 0.39 })).toBe(0.39);
  expect(ownLimit({ excluded: 0.4, own: 0.5 })).toBeCloseTo(0.38);
});

test('surroundings are the nearest exclusion, and how far own photos lie apart', () => {
  const at = (...values: number[]) => Float32Array.from(values);
  expect(surroundingsOf([at(0, 0), at(0, 3), at(0, 4)], [at(5, 0), at(0, 6)])).toEqual({
    excluded: 2,
    own: 3,
  });
});
