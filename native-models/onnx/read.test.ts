import { describe, expect, it } from 'vitest';
import { float32, tensor } from '../graph/tensor.ts';
import { operators } from '../ops/registry.ts';
import { Runtime } from '../runtime/runtime.ts';
import { readOnnx } from './read.ts';
import {
  attributeTypeCodes,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './schema.ts';
import { FLOAT, float, int, INT64, ints, model, oneNode, value } from './testing/foreign-model.ts';
import { writeOnnx } from './write.ts';

describe('readOnnx takes files of others', () => {
  it.each<[string, TensorMessage, unknown]>([
    ['float_data', { dataType: FLOAT, dims: [2], floatData: [1, -2] }, float32([2], [1, -2])],
    [
      'double_data',
      { dataType: 11, dims: [1], doubleData: [Math.PI] },
      tensor('float64', [1], Float64Array.of(Math.PI)),
    ],
    [
      'int64_data',
      { dataType: INT64, dims: [2], int64Data: ['9223372036854775807', -1] },
      tensor('int64', [2], BigInt64Array.of(2n ** 63n - 1n, -1n)),
    ],
    [
      'int32_data for int32',
      { dataType: 6, dims: [2], int32Data: [7, -7] },
      tensor('int32', [2], Int32Array.of(7, -7)),
    ],
    [
      'int32_data for int8',
      { dataType: 3, dims: [2], int32Data: [7, -7] },
      tensor('int8', [2], Int8Array.of(7, -7)),
    ],
    [
      'int32_data for bool',
      { dataType: 9, dims: [2], int32Data: [1, 0] },
      tensor('bool', [2], Uint8Array.of(1, 0)),
    ],
    [
      'int32_data for float16',
      { dataType: 10, dims: [1], int32Data: [0x3c00] },
      tensor('float16', [1], Uint16Array.of(0x3c00)),
    ],
    ['no dims, a scalar', { dataType: FLOAT, floatData: [4] }, float32([], [4])],
  ])('with values in %s', (_, message, expected) => {
    const bytes = model({ initializer: [{ name: 'c', ...message }], output: [value('c', [])] });
    expect(readOnnx(bytes, operators).constants.get('c')).toEqual(expected);
  });

  it('with the shape of a reshape worked out from shapes, as exporters write it', () => {
    // y = reshape(x, concat(shape(x)[0:1], [3 - 4, 2 * 1]))
    const initializer: TensorMessage[] = [
      { name: 'zero', dataType: INT64, int64Data: [0] },
      { name: 'first', dataType: INT64, dims: [1], int64Data: [0] },
      { name: 'three', dataType: INT64, dims: [1], int64Data: [3] },
      { name: 'four', dataType: INT64, dims: [1], int64Data: [4] },
      { name: 'two', dataType: INT64, dims: [1], int64Data: [2] },
      { name: 'one', dataType: INT64, dims: [1], int64Data: [1] },
    ];
    const node: NodeMessage[] = [
      { opType: 'Shape', input: ['x'], output: ['shape'] },
      { opType: 'Gather', input: ['shape', 'zero'], output: ['rows'], attribute: [int('axis', 0)] },
      { opType: 'Unsqueeze', input: ['rows', 'first'], output: ['rows1'] },
      { opType: 'Sub', input: ['three', 'four'], output: ['rest'] },
      { opType: 'Mul', input: ['two', 'one'], output: ['pairs'] },
      {
        opType: 'Concat',
        input: ['rows1', 'rest', 'pairs'],
        output: ['target'],
        attribute: [int('axis', 0)],
      },
      { opType: 'Reshape', input: ['x', 'target'], output: ['y'] },
    ];
    const graph = (rows: number | string) =>
      model({ node, initializer, input: [value('x', [rows, 6])], output: [value('y', [])] });
    const { nodes, outputs } = readOnnx(graph(5), operators);
    expect(nodes.map(({ op }) => op)).toEqual(['Reshape']);
    expect(outputs[0]!.shape).toEqual([5, 3, 2]);
    // An open number of rows is not known before a run, and can be given.
    expect(() => readOnnx(graph('rows'), operators)).toThrow(/needs a constant as input 1/);
    expect(readOnnx(graph('rows'), operators, { rows: 4 }).outputs[0]!.shape).toEqual([4, 3, 2]);
  });

  it('with what only bicubic interpolation looks at, in a resize that is none', () => {
    const node = {
      opType: 'Resize',
      input: ['x', '', 'scales'],
      attribute: [float('cubic_coeff_a', -0.75), int('exclude_outside', 0)],
    };
    const scales = { name: 'scales', dataType: FLOAT, dims: [2], floatData: [1, 2] };
    const { outputs } = readOnnx(model(oneNode(node, undefined, [scales])), operators);
    expect(outputs[0]!.shape).toEqual([2, 6]);
  });

  it('with values as Constant nodes', () => {
    const node = [
      { opType: 'Constant', output: ['a'], attribute: [float('value_float', 2)] },
      { opType: 'Constant', output: ['b'], attribute: [ints('value_ints', [3, 4])] },
      {
        opType: 'Constant',
        output: ['c'],
        attribute: [
          {
            name: 'value',
            type: attributeTypeCodes.tensor,
            t: { dataType: FLOAT, dims: [1], floatData: [5] },
          },
        ],
      },
    ];
    const output = ['a', 'b', 'c'].map((name) => value(name, []));
    const { constants } = readOnnx(model({ node, output }), operators);
    expect([...constants.values()].map(({ data }) => [...data])).toEqual([[2], [3n, 4n], [5]]);
  });

  it('with open dimensions named, as −1, or absent', () => {
    const dims: ValueInfoMessage = {
      name: 'x',
      type: {
        tensorType: {
          elemType: FLOAT,
          shape: { dim: [{ dimParam: 'N' }, { dimValue: -1 }, {}, { dimValue: 4 }] },
        },
      },
    };
    const graph = readOnnx(model(oneNode({ opType: 'Relu' }, dims)), operators);
    expect(graph.outputs[0]?.shape).toEqual(['N', 'x_1', 'x_2', 4]);
  });

  it('with constants listed among the inputs, and fields that it does not know', () => {
    const graph = oneNode({ opType: 'Add', input: ['x', 'c'] }, value('x', [2]), [
      { name: 'c', dataType: FLOAT, dims: [2], floatData: [1, 2] },
    ]);
    const bytes = model({ ...graph, input: [value('c', [2]), ...graph.input!] });
    const unknownField = Uint8Array.of(0xa2, 0x1f, 2, 1, 2);
    const read = readOnnx(Buffer.concat([bytes, unknownField]), operators);
    expect(read.inputs.map(({ name }) => name)).toEqual(['x']);
  });
});

describe('readOnnx translates older operator sets', () => {
  it.each<[string, number, NodeMessage, readonly number[]]>([
    ['Clip', 6, { opType: 'Clip', attribute: [float('min', -1), float('max', 1)] }, [2, 3]],
    ['Pad', 2, { opType: 'Pad', attribute: [ints('pads', [0, 1, 0, 2])] }, [2, 6]],
    [
      'Slice',
      9,
      { opType: 'Slice', attribute: [ints('starts', [1]), ints('ends', [3]), ints('axes', [1])] },
      [2, 2],
    ],
    ['Unsqueeze', 11, { opType: 'Unsqueeze', attribute: [ints('axes', [0])] }, [1, 2, 3]],
    [
      'ReduceSum',
      11,
      { opType: 'ReduceSum', attribute: [ints('axes', [1]), int('keepdims', 0)] },
      [2],
    ],
    ['ReduceMean', 13, { opType: 'ReduceMean', attribute: [ints('axes', [0])] }, [1, 3]],
    ['Softmax', 11, { opType: 'Softmax' }, [2, 3]],
  ])('%s of version %i', async (_, version, node, shape) => {
    const bytes = model(oneNode(node), Math.max(version, 7));
    const graph = readOnnx(bytes, operators);
    expect(graph.outputs[0]?.shape).toEqual(shape);
    expect(await run(writeOnnx(graph))).toEqual(await run(bytes));
  });

  it('Split into as many parts as it has outputs', () => {
    const node = { opType: 'Split', output: ['y', 'rest'], attribute: [int('axis', 1)] };
    const graph = readOnnx(model(oneNode(node, value('x', [2, 6])), 11), operators);
    expect(graph.nodes[0]?.outputs.map(({ shape }) => shape)).toEqual([
      [2, 3],
      [2, 3],
    ]);
  });

  it('but refuses a Softmax that meant something else', () => {
    const node = { opType: 'Softmax', attribute: [int('axis', 0)] };
    expect(() => readOnnx(model(oneNode(node), 11), operators)).toThrow(
      'Softmax along axis 0 means something else before operator set 13.',
    );
  });
});

async function run(bytes: Uint8Array): Promise<unknown> {
  const session = await new Runtime({ provider: 'cpu' }).open({ bytes, name: 'model' });
  const { y } = await session.run({ x: float32([2, 3], [-3, -0.5, 0, 0.5, 1, 3]) });
  return y;
}
