import { expect, it } from 'vitest';
import { gemm } from '../ops/products.ts';
import { clip } from '../ops/arithmetic.ts';
import { operators } from '../ops/registry.ts';
import { reshape } from '../ops/shapes.ts';
import { GraphBuilder } from './builder.ts';
import { printGraph } from './print.ts';
import { float32 } from './tensor.ts';

it('prints a graph line by line', () => {
  const builder = new GraphBuilder('linear', operators);
  const x = builder.input('x', 'float32', ['batch', 4, 3]);
  const flat = reshape(builder, x, [0, -1]);
  const w = builder.constant(float32([12, 2], new Float32Array(24)), 'w');
  const product = gemm(builder, flat, w, { alpha: 0.5 });
  const graph = builder.build({ y: clip(builder, product, 0, 6) });
  expect(printGraph(graph)).toBe(`graph linear
input    x: float32[batch, 4, 3]
constant constant_1: int64[2] = 0 -1
constant w: float32[12, 2]
constant constant_2: float32[] = 0
constant constant_3: float32[] = 6
reshape_1: float32[batch, 12] = Reshape(x, constant_1)
gemm_1: float32[batch, 2] = Gemm(reshape_1, w, alpha=0.5)
y: float32[batch, 2] = Clip(gemm_1, constant_2, constant_3)
output   y: float32[batch, 2]
`);
});
