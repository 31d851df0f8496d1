import { expect, test } from 'vitest';
import { plural, pluralDe } from './plural.ts';

test('one is singular, none and several are plural, and the number is written as the language does', () => {
  const forms = { one: '# photo goes', other: '# photos go' };
  expect([0, 1, 2, 1200].map((count) => plural(count, forms))).toEqual([
    '0 photos go',
    '1 photo goes',
    '2 photos go',
    '1,200 photos go',
  ]);
  expect(pluralDe(1, { one: '# Foto geht', other: '# Fotos gehen' })).toBe('1 Foto geht');
  expect(pluralDe(1200, { one: '# Foto geht', other: '# Fotos gehen' })).toBe('1.200 Fotos gehen');
});
