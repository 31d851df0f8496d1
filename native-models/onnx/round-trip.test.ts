import { describe, expect, it } from 'vitest';
import { float, int, ints, string, type Attribute, type Graph } from '../graph/graph.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { OperatorRegistry, type OperatorDefinition } from '../graph/operator.ts';
import { printGraph } from '../graph/print.ts';
import { float32, int64Vector, tensor, type Tensor } from '../graph/tensor.ts';
import { conv } from '../ops/convolution.ts';
import { leakyRelu } from '../ops/activations.ts';
import { maxPool } from '../ops/pooling.ts';
import { operators } from '../ops/registry.ts';
import { resize } from '../ops/resize.ts';
import { operatorTrials } from '../ops/testing/operator-trials.ts';
import { RandomSource } from '../ops/testing/random-source.ts';
import { Trial } from '../ops/testing/trial.ts';
import { Runtime } from '../runtime/runtime.ts';
import { readOnnx } from './read.ts';
import { writeOnnx } from './write.ts';

/** Everything of a graph, in comparable form. */
function contents(graph: Graph) {
  return { text: printGraph(graph), constants: [...graph.constants] };
}

function network(): Graph {
  const builder = new GraphBuilder('network', operators);
  const x = builder.input('image', 'float32', ['batch', 3, 'height', 'width']);
  const weight = float32(
    [4, 3, 3, 3],
    Array.from({ length: 108 }, (_, i) => Math.sin(i)),
  );
  const bias = builder.constant(float32([4], [1, -2, 3, Math.fround(1e-38)]), 'conv.bias');
  const features = conv(builder, x, builder.constant(weight, 'conv.weight'), {
    bias,
    pads: [1, 1, 1, 1],
  });
  const pooled = maxPool(builder, leakyRelu(builder, features, 0.1), [2, 2], { strides: [2, 2] });
  return builder.build({ y: resize(builder, pooled, { scales: [1, 1, 2, 2] }, 'nearest') });
}

describe('a graph that is written and read again', () => {
  it('is the same: symbols, attributes, absent inputs, values', () => {
    const graph = network();
    expect(contents(readOnnx(writeOnnx(graph), operators))).toEqual(contents(graph));
  });

  it.each(Object.entries(operatorTrials))('is the same with %s', (_, apply) => {
    const trial = new Trial(new RandomSource(7));
    const outputs = [apply(trial)].flat();
    const graph = trial.builder.build(Object.fromEntries(outputs.map((v) => [v.name, v])));
    expect(contents(readOnnx(writeOnnx(graph), operators))).toEqual(contents(graph));
  });

  it.each<Tensor>([
    tensor('float32', [2], Float32Array.of(-0.5, Infinity)),
    tensor('float64', [2, 1], Float64Array.of(Math.PI, -1e300)),
    tensor('float16', [2], Uint16Array.of(0x3c00, 0x7bff)),
    tensor('int64', [2], BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)),
    tensor('int32', [], Int32Array.of(-5)),
    tensor('int8', [2], Int8Array.of(-128, 127)),
    tensor('uint8', [3], Uint8Array.of(0, 1, 255)),
    tensor('bool', [2], Uint8Array.of(0, 1)),
    tensor('float32', [0, 3], new Float32Array(0)),
  ])('keeps a constant of $type $shape', (constant) => {
    const builder = new GraphBuilder('constant', operators);
    const graph = builder.build({ y: builder.constant(constant, 'c') });
    expect(readOnnx(writeOnnx(graph), operators).constants.get('c')).toEqual(constant);
  });

  it('keeps attributes of every kind', () => {
    const given: Record<string, Attribute> = {
      int: int(-3),
      float: float(0.1),
      string: string('naïve'),
      ints: ints([1, -2]),
      floats: { kind: 'floats', value: [0.5, -1] },
      strings: { kind: 'strings', value: ['a', 'ß'] },
      tensor: { kind: 'tensor', value: int64Vector([1, 2]) },
    };
    const definition: OperatorDefinition = {
      op: 'Any',
      arity: [0, 0],
      attributes: Object.fromEntries(Object.entries(given).map(([name, { kind }]) => [name, kind])),
      shape: () => [{ type: 'float32', shape: [] }],
    };
    const registry = new OperatorRegistry([definition]);
    const builder = new GraphBuilder('attributes', registry);
    const graph = builder.build({ y: builder.apply('Any', [], given) });
    expect(readOnnx(writeOnnx(graph), registry).nodes[0]?.attributes).toEqual(given);
  });

  it('always gives the same bytes', () => {
    expect(writeOnnx(network())).toEqual(writeOnnx(network()));
  });
});

describe('a written graph in ONNX Runtime', () => {
  it('has the declared inputs and outputs and computes what it says', async () => {
    const builder = new GraphBuilder('affine', operators);
    const x = builder.input('x', 'float32', ['batch', 2]);
    const w = builder.constant(float32([2, 2], [1, 2, 3, 4]));
    const y = builder.apply('Gemm', [x, w, builder.constant(float32([2], [10, 20]))]);
    const bytes = writeOnnx(builder.build({ y }));
    const session = await new Runtime({ provider: 'cpu' }).open({ bytes, name: 'affine' });
    expect(session.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['batch', 2] }]);
    expect(session.outputs).toEqual([{ name: 'y', type: 'float32', shape: ['batch', 2] }]);
    const result = await session.run({ x: float32([3, 2], [1, 0, 0, 1, 1, 1]) });
    expect(result.y).toEqual(float32([3, 2], [11, 22, 13, 24, 14, 26]));
  });
});
