import { expect, test } from 'vitest';
import { drawings } from './drawings.ts';

const SIDE = 64;

test.each(Object.entries(drawings))('%s is the same each time, and no plain ground', (_, draw) => {
  const bytes = draw(SIDE).bytes();
  expect(bytes).toHaveLength(3 * SIDE * SIDE);
  expect(Buffer.from(draw(SIDE).bytes()).equals(bytes)).toBe(true);
  const mean = bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
  const spread = Math.sqrt(
    bytes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / bytes.length,
  );
  expect(spread).toBeGreaterThan(15);
});
