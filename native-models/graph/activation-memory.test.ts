import { expect, test } from 'vitest';
import { add } from '../ops/arithmetic.ts';
import { matmul } from '../ops/products.ts';
import { operators } from '../ops/registry.ts';
import { relu } from '../ops/activations.ts';
import { peakActivationBytes } from './print.ts';
import { GraphBuilder } from './builder.ts';
import { float32 } from './tensor.ts';

const vector = (builder: GraphBuilder, length: number | string) =>
  builder.input('x', 'float32', [length]);

test('a chain holds two values at a time', () => {
  const builder = new GraphBuilder('chain', operators);
  let x = vector(builder, 100);
  for (let i = 0; i < 5; i++) x = relu(builder, x);
  expect(peakActivationBytes(builder.build({ y: x }))).toBe(2 * 400);
});

test('a value that is needed later is held until then', () => {
  const builder = new GraphBuilder('residual', operators);
  const x = vector(builder, 100);
  const hidden = relu(builder, relu(builder, x));
  expect(peakActivationBytes(builder.build({ y: add(builder, x, hidden) }))).toBe(3 * 400);
});

test('outputs stay, constants do not count', () => {
  const builder = new GraphBuilder('linear', operators);
  const x = builder.input('x', 'float32', [1, 10]);
  const wide = matmul(builder, x, builder.constant(float32([10, 100], new Float32Array(1000))));
  const narrow = matmul(builder, wide, builder.constant(float32([100, 1], new Float32Array(100))));
  expect(peakActivationBytes(builder.build({ wide, narrow }))).toBe(400 + 40);
  expect(peakActivationBytes(builder.build({ narrow }))).toBe(40 + 400);
});

test('an open dimension is refused', () => {
  const builder = new GraphBuilder('open', operators);
  const graph = builder.build({ y: relu(builder, vector(builder, 'n')) });
  expect(() => peakActivationBytes(graph)).toThrow('open dimensions n');
});
