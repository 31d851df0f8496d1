import { expect, test } from 'vitest';
import { learningRateAt, type Schedule } from './optimizers.ts';

const schedule: Schedule = { peak: 2, warmUp: 4, steps: 104, floor: 0.1 };

test('the rate rises in equal steps, then falls along half a cosine to the floor', () => {
  const at = (step: number) => learningRateAt(schedule, step);

  expect([0, 1, 2, 3].map(at)).toEqual([0.5, 1, 1.5, 2]);
  expect(at(4)).toBe(2);
  expect(at(54)).toBeCloseTo(1.1, 12);
  expect(at(104)).toBeCloseTo(0.2, 12);
  expect(at(500)).toBeCloseTo(0.2, 12);
});
