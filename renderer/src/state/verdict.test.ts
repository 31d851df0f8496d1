import { expect, test } from 'vitest';
import { alsoNear, toneOf, verdictOf } from './verdict.ts';

test('words follow the decision and grow with the probability', () => {
  expect(verdictOf({ same: true, probability: 0.99 })).toBe('surelySame');
  expect(verdictOf({ same: true, probability: 0.8 })).toBe('probablySame');
  expect(verdictOf({ same: true, probability: 0.5 })).toBe('barelySame');
  expect(verdictOf({ same: false, probability: 0.5 })).toBe('barelyDifferent');
  expect(verdictOf({ same: false, probability: 0.1 })).toBe('probablyDifferent');
  expect(verdictOf({ same: false, probability: 0.001 })).toBe('surelyDifferent');
});

test('the color of a name follows how sure it is', () => {
  const tone = (probability: number) => toneOf('identified', { probability });
  expect([0.999, 0.95, 0.8, 0.75, 0.74, 0.5].map(tone)).toEqual([
    'sure',
    'sure',
    'probable',
    'probable',
    'barely',
    'barely',
  ]);
  expect(toneOf('unknown', null)).toBe('unknown');
  expect(toneOf('looking', undefined)).toBe('looking');
});

test('those who are near enough as well are said, and nobody else', () => {
  const match = (name: string, distance: number) => ({ name, distance });
  const matches = [match('Ella', 0.3), match('Emma', 0.35), match('Ewa', 0.5)];
  expect(alsoNear(matches, 0.4)).toEqual(['Emma']);
  expect(alsoNear([], 0.4)).toEqual([]);
});
