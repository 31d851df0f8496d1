import { expect, test } from 'vitest';
import { RandomStream } from './random.ts';

const numbers = (stream: RandomStream, count = 20_000) =>
  Float64Array.from({ length: count }, () => stream.uniform());
const mean = (values: Float64Array) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test('the same seed, stream and index give the same numbers, any other gives others', () => {
  const first = numbers(new RandomStream(7, 'noise', 3), 8);
  expect(numbers(new RandomStream(7, 'noise', 3), 8)).toEqual(first);
  for (const other of [
    new RandomStream(8, 'noise', 3),
    new RandomStream(7, 'tiles', 3),
    new RandomStream(7, 'noise', 4),
  ])
    expect(numbers(other, 8)).not.toEqual(first);
});

test('the numbers stay what they were: pictures painted before can be painted again', () => {
  const stream = new RandomStream(1889, 'noise');
  expect(Array.from({ length: 4 }, () => stream.uniform() * 2 ** 24)).toMatchInlineSnapshot(`
    [
      9793002,
      7597582,
      8723395,
      12914539,
    ]
  `);
});

test('uniform numbers have the moments of the uniform distribution, and no memory', () => {
  const values = numbers(new RandomStream(1, 'test'));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  expect(mean(values)).toBeCloseTo(0.5, 2);
  expect(mean(values.map((value) => (value - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
  const neighbors = values.subarray(1).map((value, i) => (value - 0.5) * (values[i]! - 0.5));
  expect(Math.abs(mean(neighbors))).toBeLessThan(0.003);
});

test('streams of neighboring indices have nothing in common', () => {
  const [a, b] = [10, 11].map((index) => numbers(new RandomStream(1, 'test', index)));
  expect(Math.abs(mean(a!.map((value, i) => (value - 0.5) * (b![i]! - 0.5))))).toBeLessThan(0.003);
});

test('normal numbers have mean 0, variance 1 and the tails of a bell', () => {
  const stream = new RandomStream(2, 'test');
  const values = Float64Array.from({ length: 20_000 }, () => stream.normal());
  expect(Math.abs(mean(values))).toBeLessThan(0.03);
  expect(Math.abs(mean(values.map((value) => value ** 2)) - 1)).toBeLessThan(0.05);
  expect(mean(values.map((value) => (Math.abs(value) > 2 ? 1 : 0)))).toBeCloseTo(0.0455, 2);
});

test('whole numbers reach every value below the count and none else', () => {
  const stream = new RandomStream(3, 'test');
  const seen = new Set(Array.from({ length: 500 }, () => stream.below(7)));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
