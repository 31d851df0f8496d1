import { expect, test } from 'vitest';
import { addPoint, type LossHistory } from './losses.ts';

const at = (step: number) => ({
  step,
  losses: { content: 1 / step, style: 2 / step, totalVariation: 0 },
});
const after = (steps: readonly number[]) =>
  steps.reduce<LossHistory>((history, step) => addPoint(history, at(step)), []);

test('steps are kept in their order, each once', () => {
  expect(after([1, 2, 2, 5]).map(({ step }) => step)).toEqual([1, 2, 5]);
});

test('a painting that goes back to where it was saved starts its curve anew', () => {
  expect(after([1, 50, 20, 21]).map(({ step }) => step)).toEqual([20, 21]);
});

test('a long curve is thinned, and keeps its newest point', () => {
  const history = after(Array.from({ length: 5000 }, (_, index) => index + 1));
  expect(history.length).toBeLessThanOrEqual(600);
  expect(history[0]?.step).toBe(1);
  expect(history.at(-1)?.step).toBeGreaterThan(4980);
});
