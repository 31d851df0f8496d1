import { describe, expect, it } from 'vitest';
import { interleave, median, quantile } from './timing.ts';

describe('interleave', () => {
  it('alternates the order, leaves the first round out and keeps the last results', async () => {
    const order: string[] = [];
    const note = (name: string) => () => Promise.resolve(order.push(name));
    const { a, b } = await interleave({ a: note('a'), b: note('b') }, 2);
    expect(order.join('')).toBe('baabba');
    expect(a.times).toHaveLength(2);
    expect([a.result, b.result]).toEqual([6, 5]);
  });

  it('times each task on its own', async () => {
    const wait = (milliseconds: number) => () =>
      new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
    const { slow, quick } = await interleave({ slow: wait(60), quick: wait(1) }, 3);
    expect(Math.min(...slow.times)).toBeGreaterThan(50);
    expect(median(quick.times)).toBeLessThan(median(slow.times));
  });
});

describe('quantile', () => {
  it('orders and interpolates', () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([10, 0], 0.9)).toBe(9);
    expect(quantile([5], 0.99)).toBe(5);
  });
});
