import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../foundation/random.ts';
import { principalDirections } from './linear-fits.ts';

const LENGTH = 6;
const SPREAD = [0.1, 3, 0.2, 2, 0.1, 1];

/** Numbers that vary along the axes as SPREAD has it, seen from a turned pair of axes. */
function encodings(count: number): readonly Float32Array[] {
  const random = new RandomStream(7, 'principal');
  return Array.from({ length: count }, () => {
    const axes = SPREAD.map((spread) => spread * random.normal());
    const [a, b] = [axes[1]!, axes[2]!];
    return Float32Array.from(axes.with(1, (a - b) * Math.SQRT1_2).with(2, (a + b) * Math.SQRT1_2));
  });
}

function columnsOf(directions: { readonly shape: readonly number[]; readonly data: Float32Array }) {
  const [, count] = directions.shape as [number, number];
  return Array.from({ length: count }, (_, column) =>
    Array.from({ length: LENGTH }, (_none, row) => directions.data[row * count + column]!),
  );
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, index) => sum + value * b[index]!, 0);

describe('principal directions', () => {
  it('are orthonormal and come strongest first', () => {
    const columns = columnsOf(principalDirections(encodings(400), 3));
    columns.forEach((a, i) =>
      columns.forEach((b, j) => expect(dot(a, b)).toBeCloseTo(Number(i === j), 5)),
    );
    const [first, second, third] = columns as [number[], number[], number[]];
    expect(Math.abs((first[1]! + first[2]!) * Math.SQRT1_2)).toBeGreaterThan(0.99);
    expect(Math.abs(second[3]!)).toBeGreaterThan(0.99);
    expect(Math.abs(third[5]!)).toBeGreaterThan(0.99);
  });

  it('keep all distances where all of them are taken', () => {
    const some = encodings(20);
    const columns = columnsOf(principalDirections(some, LENGTH));
    const turned = some.map((encoding) => columns.map((column) => dot(column, [...encoding])));
    const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Math.hypot(...Array.from(a, (value, index) => value - b[index]!));
    for (let i = 1; i < some.length; i++)
      expect(distance(turned[0]!, turned[i]!)).toBeCloseTo(distance(some[0]!, some[i]!), 4);
  });
});
