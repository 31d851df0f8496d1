import { describe, expect, it } from 'vitest';
import { add } from '../ops/arithmetic.ts';
import { conv } from '../ops/convolution.ts';
import { matmul } from '../ops/products.ts';
import { operators } from '../ops/registry.ts';
import { relu } from '../ops/activations.ts';
import { split } from '../ops/shapes.ts';
import { float, int, parameterCount } from './graph.ts';
import { GraphBuilder } from './builder.ts';
import { GraphError, type GraphErrorCode } from './errors.ts';
import { OperatorRegistry, type OperatorDefinition } from './operator.ts';
import { float32, int64Vector, tensor } from './tensor.ts';

const newBuilder = () => new GraphBuilder('test', operators);
const zeros = (...shape: number[]) =>
  float32(shape, new Float32Array(shape.reduce((count, extent) => count * extent, 1)));

function expectRefusal(build: () => unknown, code: GraphErrorCode, message: string): void {
  let refusal: unknown;
  try {
    build();
  } catch (thrown) {
    refusal = thrown;
  }
  expect(refusal).toBeInstanceOf(GraphError);
  expect(refusal).toMatchObject({ code, message });
}

describe('GraphBuilder infers', () => {
  it('the shape of every value as it comes', () => {
    const builder = newBuilder();
    const x = builder.input('x', 'float32', ['batch', 3, 'height', 32]);
    const w = builder.constant(zeros(8, 3, 3, 3));
    const y = conv(builder, x, w, { strides: [2, 2], pads: [1, 1, 1, 1] });
    expect(y).toMatchObject({ type: 'float32', shape: ['batch', 8, '(height-1)//2+1', 16] });
  });

  it('several outputs of one node', () => {
    const builder = newBuilder();
    const x = builder.input('x', 'float32', ['batch', 5]);
    expect(split(builder, x, [2, 3], 1).map(({ shape }) => shape)).toEqual([
      ['batch', 2],
      ['batch', 3],
    ]);
  });
});

describe('GraphBuilder.build', () => {
  it('keeps what the outputs need and nothing else', () => {
    const builder = newBuilder();
    const x = builder.input('x', 'float32', [2, 2]);
    const used = matmul(builder, x, builder.constant(zeros(2, 2), 'used'));
    relu(builder, add(builder, used, builder.constant(zeros(2), 'unused')));
    const graph = builder.build({ y: used });
    expect(graph.nodes.map(({ op }) => op)).toEqual(['MatMul']);
    expect([...graph.constants.keys()]).toEqual(['used']);
    expect(parameterCount(graph)).toBe(4);
  });

  it('gives outputs their names, everywhere', () => {
    const builder = newBuilder();
    const hidden = relu(builder, builder.input('x', 'float32', [2]));
    const { nodes, outputs } = builder.build({ y: relu(builder, hidden), hidden });
    expect(outputs.map(({ name }) => name)).toEqual(['y', 'hidden']);
    expect(nodes[0]?.outputs[0]).toBe(outputs[1]);
    expect(nodes[1]?.inputs[0]).toBe(outputs[1]);
  });

  it('copies inputs, constants and values that are put out twice', () => {
    const builder = newBuilder();
    const x = builder.input('x', 'float32', [2]);
    const c = builder.constant(zeros(2), 'c');
    const y = relu(builder, x);
    const graph = builder.build({ first: y, second: y, input: x, constant: c });
    expect(graph.outputs.map(({ name }) => name)).toEqual(['first', 'second', 'input', 'constant']);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Relu', 'Identity', 'Identity', 'Identity']);
    expect(graph.nodes[1]?.inputs[0]?.name).toBe('first');
  });

  it('does not change graphs that were built before', () => {
    const builder = newBuilder();
    const x = builder.input('x', 'float32', [2]);
    const y = relu(builder, x);
    const graph = builder.build({ y });
    const before = structuredClone({ ...graph, constants: [...graph.constants] });
    builder.input('more', 'float32', [1]);
    builder.build({ z: relu(builder, y) });
    expect({ ...graph, constants: [...graph.constants] }).toEqual(before);
  });
});

describe('GraphBuilder refuses, naming the operator, what it expects and what came', () => {
  const image = (builder: GraphBuilder) => builder.input('x', 'float32', ['batch', 3, 8, 8]);

  it.each<[string, (builder: GraphBuilder) => unknown, GraphErrorCode, string]>([
    [
      'channels that do not fit',
      (b) => conv(b, image(b), b.constant(zeros(8, 4, 3, 3))),
      'shape_mismatch',
      'Conv needs 4 input channels, but got 3.',
    ],
    [
      'a window larger than the picture',
      (b) => conv(b, image(b), b.constant(zeros(8, 3, 9, 3))),
      'shape_mismatch',
      'Conv has a window of 9 on spatial axis 0, which is larger than its input of 8.',
    ],
    [
      'a bias of another length',
      (b) => conv(b, image(b), b.constant(zeros(8, 3, 3, 3)), { bias: b.constant(zeros(7)) }),
      'shape_mismatch',
      'Conv needs a bias of [8], but got [7].',
    ],
    [
      'too few strides',
      (b) => conv(b, image(b), b.constant(zeros(8, 3, 3, 3)), { strides: [2] }),
      'wrong_attribute',
      'Conv needs 2 strides, but got [2].',
    ],
    [
      'matrices that do not fit',
      (b) => matmul(b, b.constant(zeros(2, 3)), b.constant(zeros(4, 5))),
      'shape_mismatch',
      'MatMul cannot multiply [2, 3] with [4, 5].',
    ],
    [
      'shapes that do not broadcast',
      (b) => add(b, b.constant(zeros(2, 3)), b.constant(zeros(2))),
      'shape_mismatch',
      'Add cannot broadcast [2, 3] and [2].',
    ],
    [
      'a symbol against a number',
      (b) => add(b, b.input('x', 'float32', ['batch']), b.constant(zeros(4))),
      'shape_mismatch',
      'Add cannot broadcast [batch] and [4].',
    ],
    [
      'mixed element types',
      (b) => add(b, b.constant(zeros(2)), b.constant(int64Vector([1, 2]))),
      'wrong_type',
      'Add needs inputs of one type, but got float32 and int64.',
    ],
    [
      'a shape that is computed where it must be constant',
      (b) => b.apply('Reshape', [b.constant(zeros(4)), b.input('shape', 'int64', [2])]),
      'wrong_inputs',
      'Reshape needs a constant as input 1, but shape is computed.',
    ],
    [
      'a reshape that loses elements',
      (b) => b.apply('Reshape', [b.constant(zeros(2, 3)), b.constant(int64Vector([4, -1]))]),
      'shape_mismatch',
      'Reshape cannot turn [2, 3] into [4, -1].',
    ],
    [
      'too many inputs',
      (b) => b.apply('Relu', [b.constant(zeros(1)), b.constant(zeros(1))]),
      'wrong_inputs',
      'Relu takes 1 input, but got 2.',
    ],
    [
      'an attribute that the operator does not have',
      (b) => b.apply('Concat', [b.constant(zeros(1))], { axes: int(0) }),
      'wrong_attribute',
      'Concat has no attribute axes; it knows: axis.',
    ],
    [
      'an attribute of another kind',
      (b) => b.apply('Concat', [b.constant(zeros(1))], { axis: float(0) }),
      'wrong_attribute',
      'Concat takes axis as int, but got float.',
    ],
    [
      'an operator that nobody knows',
      (b) => b.apply('Convolve', []),
      'unknown_operator',
      'The operator Convolve is not known.',
    ],
    [
      'a value of another builder',
      (b) => relu(b, newBuilder().input('elsewhere', 'float32', [1])),
      'foreign_value',
      'Relu uses the value elsewhere, which is of another graph.',
    ],
    [
      'a name that is taken',
      (b) => [b.input('x', 'float32', [1]), b.constant(zeros(1), 'x')],
      'duplicate_name',
      'The name x is taken already.',
    ],
    [
      'an output under the name of another value',
      (b) => b.build({ x: relu(b, b.input('x', 'float32', [1])) }),
      'duplicate_name',
      'The output name x is taken already.',
    ],
    ['an empty name', (b) => b.input('', 'float32', [1]), 'invalid_name', 'A value needs a name.'],
    [
      'several outputs where one is expected',
      (b) => b.apply('Split', [b.constant(zeros(4))], { num_outputs: int(2) }),
      'wrong_inputs',
      'Split has 2 outputs, not one.',
    ],
  ])('%s', (_, build, code, message) => {
    expectRefusal(() => build(newBuilder()), code, message);
  });
});

describe('OperatorRegistry', () => {
  const identity: OperatorDefinition = {
    op: 'Twice',
    arity: [1, 1],
    attributes: {},
    shape: () => [],
  };

  it('refuses two definitions of one operator', () => {
    expectRefusal(
      () => new OperatorRegistry([identity, { ...identity }]),
      'duplicate_operator',
      'Twice is registered twice.',
    );
  });
});

describe('tensor', () => {
  it.each<[readonly number[], number, string]>([
    [[2, 3], 5, 'A tensor of shape [2, 3] has 6 values, but 5 came.'],
    [[2, -1], 2, '[2, -1] is no tensor shape.'],
    [[1.5], 2, '[1.5] is no tensor shape.'],
    [
      [2 ** 40, 2 ** 40],
      4,
      'A tensor of shape [1099511627776, 1099511627776] has 1.2089258196146292e+24 values, but 4 came.',
    ],
  ])('refuses %j with %i values', (shape, count, message) => {
    expectRefusal(
      () => tensor('float32', shape, new Float32Array(count)),
      'invalid_tensor',
      message,
    );
  });
});
