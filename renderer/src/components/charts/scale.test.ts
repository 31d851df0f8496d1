import { expect, test } from 'vitest';
import { roomFor, scaleOf, ticksOf } from './scale.ts';

const linear = { label: '' };
const log = { label: '', kind: 'log' } as const;

test('no line lies on the edge of an axis whose ends come from the data', () => {
  for (const axis of [linear, log]) {
    const at = scaleOf(axis, [0.4, 0.7]);
    expect(at(0.4)).toBeGreaterThan(0.02);
    expect(at(0.7)).toBeLessThan(0.98);
    expect(at(0.4)).toBeLessThan(at(0.5));
  }
});

test('what is never negative has no negative end', () => {
  expect(scaleOf(linear, [0, 100])(0)).toBe(0);
  expect(ticksOf(linear, [0, 100])[0]).toBe(0);
  expect(scaleOf(linear, [-1, 1])(-1)).toBeGreaterThan(0);
});

test('ends that are given are kept, and what lies beyond stays at them', () => {
  const at = scaleOf({ ...log, range: [0.001, 1] }, [0.5]);
  expect([at(0.0001), at(0.001), at(1), at(5)]).toEqual([0, 0, 1, 1]);
  expect(ticksOf({ ...log, range: [0.001, 1] }, [])).toHaveLength(4);
});

test('a logarithmic axis has powers of ten, and finer ticks within a decade', () => {
  expect(ticksOf({ ...log, range: [0.02, 30] }, [])).toEqual([0.1, 1, 10]);
  expect(ticksOf({ ...log, range: [0.015, 0.3] }, [])).toEqual([0.02, 0.05, 0.1, 0.2]);
  expect(ticksOf({ ...log, range: [2.1, 4.4] }, []).length).toBeGreaterThan(1);
});

test('nothing to show has no ticks', () => {
  expect(ticksOf(log, [0, Number.NaN])).toEqual([]);
});

test('the longest label decides how much room there is', () => {
  expect(roomFor([])).toBe(0);
  expect(roomFor(['1', '0.001%'])).toBe(roomFor(['0.001%']));
});
