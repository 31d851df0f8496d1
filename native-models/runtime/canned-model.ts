import { GraphBuilder } from '../graph/builder.ts';
import { float32, type Tensor } from '../graph/tensor.ts';
import { writeOnnx } from '../onnx/write.ts';
import { conv } from '../ops/conv.ts';
import { flatten } from '../ops/flatten.ts';
import { gemm } from '../ops/gemm.ts';
import { globalAveragePool } from '../ops/global-average-pool.ts';
import { leakyRelu } from '../ops/leaky-relu.ts';
import { maxPool } from '../ops/max-pool.ts';
import { operators } from '../ops/registry.ts';
import { tanh } from '../ops/tanh.ts';

const SIZE = 32;
const CHANNELS = 16;
const OUTPUTS = 8;

/**
 * A small convolutional network with the operators that the face networks use:
 * float32[1, 3, 32, 32] `input` to float32[1, 8] `output`, each value within ±1.
 */
export function cannedModel(): Uint8Array {
  const b = new GraphBuilder('canned', operators);
  const constant = (seed: number, ...shape: number[]) => b.constant(noise(seed, shape, 0.5));
  const input = b.input('input', 'float32', [1, 3, SIZE, SIZE]);
  const pads = [1, 1, 1, 1];

  const first = leakyRelu(b, conv(b, input, constant(1, CHANNELS, 3, 3, 3), { pads }), 0.1);
  const pooled = maxPool(b, first, [2, 2], { strides: [2, 2] });
  const depthwise = conv(b, pooled, constant(2, CHANNELS, 1, 3, 3), { pads, group: CHANNELS });
  const pointwise = conv(b, depthwise, constant(3, CHANNELS, CHANNELS, 1, 1), {
    bias: constant(4, CHANNELS),
  });
  const features = flatten(b, globalAveragePool(b, leakyRelu(b, pointwise, 0.1)));
  const output = tanh(b, gemm(b, features, constant(5, CHANNELS, OUTPUTS)));
  return writeOnnx(b.build({ output }));
}

export const cannedInput = (): Tensor => noise(6, [1, 3, SIZE, SIZE], 1);

/** Values in ±amplitude that are the same everywhere: Marsaglia's 32-bit xorshift (2003). */
function noise(seed: number, shape: readonly number[], amplitude: number) {
  const count = shape.reduce((product, extent) => product * extent, 1);
  let state = Math.imul(seed, 0x9e3779b9);
  return float32(
    shape,
    Array.from({ length: count }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (amplitude * state) / 2 ** 31;
    }),
  );
}
