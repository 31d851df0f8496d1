import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../foundation/random.ts';
import { Transport } from './losses.ts';

const normal = (count: number, mean: number, deviation: number, seed: number) => {
  const random = new RandomStream(seed, 'transport');
  return Float32Array.from({ length: count }, () => mean + deviation * random.normal());
};

describe('transport', () => {
  test('carries one normal distribution to another by its mean and deviation', () => {
    const transport = new Transport(normal(8000, 0, 1, 1), normal(8000, 3, 2, 2));
    for (const x of [-1.5, -0.5, 0, 0.7, 1.8])
      expect(transport.way(x)).toBeCloseTo(3 + 2 * x - x, 0);
    // W₂² of two normal distributions: difference of means and of deviations, squared.
    expect(transport.cost).toBeGreaterThan(9.3);
    expect(transport.cost).toBeLessThan(10.7);
    expect(transport.energy).toBeCloseTo(13, 0);
  });

  test('leaves a distribution as it is', () => {
    const transport = new Transport(normal(500, 1, 1, 3), normal(500, 1, 1, 3));
    expect(transport.cost).toBe(0);
    for (const x of [-2, 0, 1, 2.5]) expect(Math.abs(transport.way(x))).toBeLessThan(0.1);
  });

  test('does with values that are all the same, and with those beyond the samples', () => {
    const flat = new Transport(new Float32Array(10).fill(2), new Float32Array(10).fill(5));
    expect([flat.way(2), flat.way(-7), flat.way(100)]).toEqual([3, 3, 3]);
    expect(flat.cost).toBe(9);
  });
});
