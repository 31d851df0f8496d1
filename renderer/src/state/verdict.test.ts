import { expect, test } from 'vitest';
import { verdictOf } from './verdict.ts';

test('words follow the decision and grow with the probability', () => {
  expect(verdictOf({ same: true, probability: 0.99 })).toBe('surelySame');
  expect(verdictOf({ same: true, probability: 0.8 })).toBe('probablySame');
  expect(verdictOf({ same: false, probability: 0.1 })).toBe('probablyDifferent');
  expect(verdictOf({ same: false, probability: 0.001 })).toBe('surelyDifferent');
});

test('where the probability speaks against the decision, the words are cautious', () => {
  expect(verdictOf({ same: true, probability: 0.3 })).toBe('barelySame');
  expect(verdictOf({ same: false, probability: 0.9 })).toBe('barelyDifferent');
});
