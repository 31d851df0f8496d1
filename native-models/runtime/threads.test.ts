import { expect, test } from 'vitest';
import { defaultThreads } from './session.ts';

test.each([
  [1, 1],
  [2, 2],
  [4, 4],
  [6, 3],
  [16, 8],
  [17, 9],
])('%i processors: %i threads', (processors, threads) => {
  expect(defaultThreads(processors)).toBe(threads);
});
