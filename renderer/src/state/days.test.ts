import { expect, test } from 'vitest';
import { dayOf } from './days.ts';

test('days are those of the machine, over the ends of months and years', () => {
  expect(dayOf(new Date(2026, 0, 3, 23, 59), -6)).toBe('2025-12-28');
  expect(dayOf(new Date(2028, 1, 28), 1)).toBe('2028-02-29');
  expect(dayOf(new Date(2026, 8, 5, 0, 1))).toBe('2026-09-05');
});
