import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { float32, type TensorOf } from '../../graph/tensor.ts';
import { add, divide, multiply, subtract } from '../../ops/arithmetic.ts';
import { operators } from '../../ops/registry.ts';
import { RandomSource } from '../../ops/testing/random-source.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { Runtime } from '../../runtime/runtime.ts';
import {
  addConv,
  denseKernel,
  depthwiseKernel,
  foldNormalization,
  foldScale,
  joinOutputs,
  selectOutputs,
  type ConvWeights,
} from './layers.ts';

const random = new RandomSource(3);
const values = (...shape: number[]) =>
  float32(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform() - 0.5),
  );

const weights = (): ConvWeights => ({ kernel: values(4, 3, 3, 3), bias: values(4) });
const picture = values(2, 3, 6, 6);

type Network = (builder: GraphBuilder, x: Value) => Value;

async function run(network: Network): Promise<Float32Array> {
  const builder = new GraphBuilder('layers', operators);
  const y = network(builder, builder.input('x', 'float32', picture.shape));
  const bytes = writeOnnx(builder.build({ y }));
  const session = await new Runtime({ provider: 'cpu' }).open({ bytes, name: 'layers' });
  return ((await session.run({ x: picture })).y as TensorOf<'float32'>).data;
}

async function expectSame(folded: Network, original: Network): Promise<void> {
  const [ours, theirs] = [await run(folded), await run(original)];
  expect(ours).toHaveLength(theirs.length);
  const differences = ours.map((value, index) => Math.abs(value - theirs[index]!));
  expect(Math.max(...differences)).toBeLessThan(1e-5);
}

describe('folding leaves what the network computes as it was', () => {
  it('scale and shift behind a convolution', async () => {
    const conv = weights();
    const [scale, shift] = [values(4), values(4)];
    const pads = { pads: [1, 1, 1, 1] };
    await expectSame(
      (b, x) => addConv(b, 'c', x, foldScale(conv, scale.data, shift.data), pads),
      (b, x) => {
        const y = addConv(b, 'c', x, conv, pads);
        const perChannel = (t: TensorOf<'float32'>) => b.constant(float32([4, 1, 1], t.data));
        return add(b, multiply(b, y, perChannel(scale)), perChannel(shift));
      },
    );
  });

  it('normalization before a convolution without padding', async () => {
    const conv = weights();
    const mean = [1, -2, 3];
    await expectSame(
      (b, x) => addConv(b, 'c', x, foldNormalization(conv, mean, 4)),
      (b, x) => {
        const centered = subtract(b, x, b.constant(float32([3, 1, 1], mean)));
        return addConv(b, 'c', divide(b, centered, b.constant(float32([], [4]))), conv);
      },
    );
  });
});

describe('kernels', () => {
  it('of TensorFlow become those of ONNX: [height, width, in, out] to [out, in, height, width]', () => {
    const at = (h: number, w: number, i: number, o: number) => 1000 * h + 100 * w + 10 * i + o;
    const hwio = float32(
      [2, 3, 2, 2],
      [0, 1].flatMap((h) =>
        [0, 1, 2].flatMap((w) => [0, 1].flatMap((i) => [0, 1].map((o) => at(h, w, i, o)))),
      ),
    );
    const { shape, data } = denseKernel(hwio);
    expect(shape).toEqual([2, 2, 2, 3]);
    expect([...data.subarray(0, 6)]).toEqual([0, 100, 200, 1000, 1100, 1200]);
    expect(data.at(-1)).toBe(at(1, 2, 1, 1));
  });

  it('per channel keep their channels', () => {
    const { shape, data } = depthwiseKernel(float32([1, 2, 3, 1], [1, 2, 3, 4, 5, 6]));
    expect(shape).toEqual([3, 1, 1, 2]);
    expect([...data]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('can be joined and cut by output channel', () => {
    const [first, second] = [weights(), weights()];
    const joined = joinOutputs(first, second);
    expect(joined.kernel.shape).toEqual([8, 3, 3, 3]);
    expect(selectOutputs(joined, [0, 1, 2, 3])).toEqual(first);
    expect(selectOutputs(joined, [7, 4]).bias.data).toEqual(
      Float32Array.of(second.bias.data[3]!, second.bias.data[0]!),
    );
  });
});
