import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

const levels = [
  { size: { width: 10, height: 10 }, steps: 4 },
  { size: { width: 20, height: 10 }, steps: 3 },
];

test('counts steps over all sizes, and reckons the later ones by their pixels', () => {
  let now = 0;
  const pace = new Pace(levels, () => now);
  pace.enter(0, 0);
  now = 1000;
  // Three steps of a second here, and three of two seconds.
  expect(pace.tick()).toEqual({ step: 1, steps: 7, secondsLeft: 9 });
  expect(pace.next).toBe(2);
  now = 9000;
  pace.enter(1, 0);
  expect(pace.next).toBe(5);
  now = 9500;
  expect(pace.tick()).toEqual({ step: 5, steps: 7, secondsLeft: 1 });
});

test('measures only what it has seen where a painting goes on', () => {
  let now = 0;
  const pace = new Pace(levels, () => now);
  pace.enter(1, 1);
  now = 2000;
  expect(pace.tick()).toEqual({ step: 6, steps: 7, secondsLeft: 2 });
});
