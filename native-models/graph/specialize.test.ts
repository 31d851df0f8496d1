import { describe, expect, it } from 'vitest';
import { averagePool, globalAveragePool } from '../ops/pooling.ts';
import { conv } from '../ops/convolution.ts';
import { countFlops } from '../ops/flops.ts';
import { gemm } from '../ops/products.ts';
import { flatten } from '../ops/shapes.ts';
import { operators } from '../ops/registry.ts';
import { GraphBuilder } from './builder.ts';
import type { Graph } from './graph.ts';
import { concreteShape, specialize } from './rewrite.ts';
import { float32 } from './tensor.ts';

const zeros = (...shape: number[]) =>
  float32(shape, new Float32Array(shape.reduce((count, extent) => count * extent, 1)));

/** Conv 3 → 8, 3×3 at stride 2; pooling; matrix 8 → 5. */
function smallNetwork(): Graph {
  const builder = new GraphBuilder('small', operators);
  const x = builder.input('x', 'float32', ['batch', 3, 'height', 'width']);
  const features = conv(builder, x, builder.constant(zeros(8, 3, 3, 3)), { strides: [2, 2] });
  const pooled = averagePool(builder, features, [2, 2]);
  const vector = flatten(builder, globalAveragePool(builder, pooled));
  const y = gemm(builder, vector, builder.constant(zeros(5, 8)), { transposeB: true });
  return builder.build({ pooled, y });
}

describe('specialize', () => {
  it('replaces symbols by numbers throughout and keeps the names', () => {
    const graph = smallNetwork();
    const sized = specialize(graph, operators, { batch: 4, height: 33, width: 17 });
    expect(sized.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['pooled', [4, 8, 15, 7]],
      ['y', [4, 5]],
    ]);
    expect(sized.nodes.map(({ op }) => op)).toEqual(graph.nodes.map(({ op }) => op));
    expect([...sized.constants]).toEqual([...graph.constants]);
  });

  it('leaves symbols that are not named', () => {
    const [, y] = specialize(smallNetwork(), operators, { height: 33, width: 17 }).outputs;
    expect(y?.shape).toEqual(['batch', 5]);
    expect(() => concreteShape(y!)).toThrow('y has the open dimensions batch.');
  });

  it('refuses sizes that an operator cannot take', () => {
    expect(() => specialize(smallNetwork(), operators, { height: 2, width: 17 })).toThrow(
      'Conv has a window of 3 on spatial axis 0, which is larger than its input of 2.',
    );
  });
});

describe('countFlops', () => {
  it('counts two per multiply-accumulate of convolutions and matrix products', () => {
    const convolution = 2 * (4 * 8 * 16 * 8) * (3 * 3 * 3);
    const matrix = 2 * 4 * 5 * 8;
    const sizes = { batch: 4, height: 33, width: 17 };
    expect(countFlops(smallNetwork(), operators, sizes)).toBe(convolution + matrix);
  });

  it('wants every size that matters', () => {
    expect(() => countFlops(smallNetwork(), operators, { height: 33, width: 17 })).toThrow(
      'open dimensions batch',
    );
  });
});
