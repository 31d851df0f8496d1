import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { float32 } from '../graph/tensor.ts';
import { operators } from '../ops/registry.ts';
import { relu } from '../ops/activations.ts';
import { OnnxError, type OnnxErrorCode } from './schema.ts';
import { readOnnx } from './read.ts';
import { FLOAT, model, oneNode, value } from './testing/foreign-model.ts';
import { writeOnnx } from './write.ts';

function refusal(bytes: Uint8Array): OnnxError {
  try {
    readOnnx(bytes, operators);
  } catch (thrown) {
    if (thrown instanceof OnnxError) return thrown;
    throw thrown;
  }
  throw new Error('It was read.');
}

function expectRefusal(bytes: Uint8Array, code: OnnxErrorCode, message: string): void {
  expect(refusal(bytes)).toMatchObject({ code, message });
}

describe('readOnnx refuses', () => {
  const whole = () => {
    const builder = new GraphBuilder('whole', operators);
    const x = builder.input('x', 'float32', [4]);
    const c = builder.constant(float32([4], [1, 2, 3, 4]), 'c');
    return writeOnnx(builder.build({ y: relu(builder, builder.apply('Add', [x, c])) }));
  };

  it('bytes that are something else', () => {
    const text = 'The bytes are no ONNX model, or the file is damaged.';
    expectRefusal(Buffer.from('<html>not found</html>'), 'not_onnx', text);
    expectRefusal(
      new Uint8Array(0),
      'not_onnx',
      'The bytes are no ONNX model: there is no graph in them.',
    );
  });

  it('a file cut anywhere, or reads no more than what is there', () => {
    const bytes = whole();
    for (let length = 0; length < bytes.length; length++)
      expect(refusal(bytes.subarray(0, length))).toBeInstanceOf(OnnxError);
  });

  it('nothing but with a typed error, whichever byte is wrong', () => {
    const bytes = whole();
    for (let position = 0; position < bytes.length; position++)
      for (const flipped of [0x01, 0x80, 0xff]) {
        const damaged = bytes.with(position, bytes[position]! ^ flipped);
        expectGraphOrOnnxError(damaged);
      }
  });

  it.each<[string, Uint8Array, OnnxErrorCode, string]>([
    [
      'values in another file, by name',
      model(
        oneNode({ opType: 'Relu' }, value('x', [2]), [
          {
            name: 'w',
            dataType: FLOAT,
            dims: [2],
            dataLocation: 1,
            externalData: [{ key: 'location', value: 'weights.bin' }],
          },
        ]),
      ),
      'external_data',
      'The values of w lie in weights.bin. Save the model as one file.',
    ],
    [
      'fewer values than the shape says',
      model({ initializer: [{ name: 'w', dataType: FLOAT, dims: [3], floatData: [1, 2] }] }),
      'invalid_model',
      'w should have 3 values, but has 2.',
    ],
    [
      'bytes that are no whole number of values',
      model({
        initializer: [{ name: 'w', dataType: FLOAT, dims: [1], rawData: new Uint8Array(6) }],
      }),
      'invalid_model',
      'w should have 1 values, but has 1.5.',
    ],
    [
      'a shape beyond all memory',
      model({
        initializer: [
          { name: 'w', dataType: FLOAT, dims: [2 ** 40, 2 ** 40], rawData: new Uint8Array(4) },
        ],
      }),
      'invalid_model',
      'w has the impossible shape [1099511627776, 1099511627776].',
    ],
    [
      'a negative extent',
      model({
        initializer: [{ name: 'w', dataType: FLOAT, dims: [-2, -2], floatData: [1, 2, 3, 4] }],
      }),
      'invalid_model',
      'w has the impossible shape [-2, -2].',
    ],
    [
      'element types that graphs do not have',
      model(oneNode({ opType: 'Relu' }, value('x', [2], 14))),
      'unsupported_type',
      'x has the unsupported ONNX type 14.',
    ],
    [
      'operators that nobody knows',
      model(oneNode({ opType: 'Hyperbolic', name: 'layer7' })),
      'unsupported_feature',
      'The node layer7 cannot be read: The operator Hyperbolic is not known.',
    ],
    [
      'operators of other domains',
      model(oneNode({ opType: 'Gelu', domain: 'com.microsoft' })),
      'unsupported_feature',
      'The operator com.microsoft.Gelu is not known.',
    ],
    [
      'subgraphs',
      model(oneNode({ opType: 'Relu', name: 'n', attribute: [{ name: 'body', type: 5 }] })),
      'unsupported_feature',
      'The attribute n.body is of the unsupported kind 5 (a subgraph, perhaps).',
    ],
    [
      'outputs that its operators do not have',
      model(oneNode({ opType: 'Relu', output: ['y', 'second'] })),
      'unsupported_feature',
      'The output second is not supported.',
    ],
    [
      'shapes that contradict each other, naming the node',
      model(
        oneNode({ opType: 'Add', input: ['x', 'c'], name: 'sum' }, value('x', [2]), [
          { name: 'c', dataType: FLOAT, dims: [3], floatData: [1, 2, 3] },
        ]),
      ),
      'invalid_model',
      'The node sum cannot be read: Add cannot broadcast [2] and [3].',
    ],
    [
      'values that come from nowhere',
      model(oneNode({ opType: 'Relu', input: ['z'] })),
      'invalid_model',
      'The value z is used before it is computed.',
    ],
    [
      'two values of one name',
      model(oneNode({ opType: 'Relu', output: ['x'] })),
      'invalid_model',
      'The node x cannot be read: The name x is taken already.',
    ],
    [
      'inputs without a shape',
      model(oneNode({ opType: 'Relu' }, { name: 'x' })),
      'unsupported_feature',
      'The input x has no tensor shape.',
    ],
    [
      'operator sets that are too old or too new',
      model(oneNode({ opType: 'Relu' }), 99),
      'unsupported_version',
      'The model uses ONNX operator set 99; 7 to 22 can be read.',
    ],
    [
      'sparse tensors',
      model({ sparseInitializer: [{}] }),
      'unsupported_feature',
      'The model has sparse tensors.',
    ],
  ])('%s', (_, bytes, code, message) => {
    expectRefusal(bytes, code, message);
  });
});

function expectGraphOrOnnxError(bytes: Uint8Array): void {
  try {
    readOnnx(bytes, operators);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(OnnxError);
  }
}
