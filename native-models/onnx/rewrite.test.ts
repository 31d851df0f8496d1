import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { float32 } from '../graph/tensor.ts';
import { conv } from '../ops/convolution.ts';
import { operators } from '../ops/registry.ts';
import { Runtime } from '../runtime/runtime.ts';
import { embedExternalData, externalDataOf, withFloatBorder } from './modernize.ts';
import { ModelProto } from './schema.ts';
import { writeOnnx } from './write.ts';

/** [1, 1, 2, 2] through a 1×1 convolution with the kernel 3. */
function model(): Uint8Array {
  const b = new GraphBuilder('small', operators);
  const x = b.input('x', 'float32', [1, 1, 2, 2]);
  const y = conv(b, x, b.constant(float32([1, 1, 1, 1], [3]), 'kernel'));
  return new Uint8Array(writeOnnx(b.build({ y })));
}

/** The message as it is decoded, where a test may change it. */
interface Editable {
  readonly graph: {
    readonly input: { type: { tensorType: { elemType: number } } }[];
    readonly node: { input: string[]; output: string[]; opType: string; attribute: unknown[] }[];
    readonly initializer: Record<string, unknown>[];
  };
}

const edited = (edit: (message: Editable) => void): Uint8Array => {
  const message = ModelProto.toObject(ModelProto.decode(model())) as Editable;
  edit(message);
  return new Uint8Array(ModelProto.encode(ModelProto.fromObject(message)).finish());
};

/** The kernel lies in another file, after four bytes that are not its own. */
const external = () =>
  edited(({ graph }) => {
    const { dims, dataType, name } = graph.initializer[0]!;
    graph.initializer[0] = {
      dims,
      dataType,
      name,
      dataLocation: 1,
      externalData: [
        { key: 'location', value: 'weights.bin' },
        { key: 'offset', value: '4' },
        { key: 'length', value: '4' },
      ],
    };
  });

const run = async (bytes: Uint8Array, data: readonly number[]) => {
  const session = await new Runtime({ provider: 'cpu' }).open({ bytes, name: 'small' });
  const [input] = session.inputs;
  expect([input!.type, session.outputs[0]!.type]).toEqual(['float32', 'float32']);
  const { y } = await session.run({ x: float32([1, 1, 2, 2], data) });
  await session.dispose();
  return [...(y!.data as Float32Array)];
};

describe('weights in another file', () => {
  it('are listed, with the name that the file gives them', () => {
    expect(externalDataOf(model())).toEqual([]);
    expect(externalDataOf(external())).toEqual([
      { tensor: 'kernel', location: 'weights.bin', offset: 4, length: 4 },
    ]);
  });

  it('are refused by a session: they would be looked for in the current folder', async () => {
    await expect(run(external(), [1, 2, 3, 4])).rejects.toMatchObject({
      code: 'model_corrupt',
      message: expect.stringContaining('weights.bin') as string,
    });
  });

  it('become part of the model, which then computes the same', async () => {
    const weights = new Uint8Array(Float32Array.of(99, 3).buffer);
    const whole = embedExternalData(external(), ({ offset, length }) =>
      weights.subarray(offset, offset + length!),
    );
    expect(externalDataOf(whole)).toEqual([]);
    expect(await run(whole, [1, 2, 3, 4])).toEqual([3, 6, 9, 12]);
  });
});

it.each([
  ['float16', 10, [1, 2, 3, 4], [3, 6, 9, 12]],
  ['uint8', 2, [1, 2, 200, 4], [3, 6, 600, 12]],
])('gives a graph that takes %s float32 at its border', async (_, type, data, expected) => {
  // The convolution itself stays in float32: a cast of the file's own leads to it.
  const theirs = edited(({ graph }) => {
    graph.input[0]!.type.tensorType.elemType = type;
    graph.node.unshift({
      input: ['x'],
      output: ['x32'],
      opType: 'Cast',
      attribute: [{ name: 'to', i: 1, type: 2 }],
    });
    graph.node[1]!.input[0] = 'x32';
  });
  expect(await run(withFloatBorder(theirs, { inputs: ['x'], outputs: [] }), data)).toEqual(
    expected,
  );
});

it('refuses a field that reaches beyond the end', () => {
  const bytes = external();
  expect(() =>
    embedExternalData(bytes.subarray(0, bytes.length - 1), () => new Uint8Array(4)),
  ).toThrow(expect.objectContaining({ name: 'OnnxError', code: 'not_onnx' }));
});
