import type { Value } from '../../graph/graph.ts';
import type { Builder } from '../../graph/operator.ts';
import { float32, type TensorOf } from '../../graph/tensor.ts';
import { conv, type ConvOptions } from '../../ops/convolution.ts';

/** Weights [M, C / group, …kernel] and bias [M] of a convolution. */
export interface ConvWeights {
  readonly kernel: TensorOf<'float32'>;
  readonly bias: TensorOf<'float32'>;
}

/** A kernel as TensorFlow stores it, [height, width, in, out], as ONNX wants it: [out, in, height, width]. */
export function denseKernel({ shape, data }: TensorOf<'float32'>): TensorOf<'float32'> {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const area = height * width;
  const result = new Float32Array(data.length);
  for (let position = 0; position < area; position++)
    for (let input = 0; input < inputs; input++)
      for (let output = 0; output < outputs; output++)
        result[(output * inputs + input) * area + position] =
          data[(position * inputs + input) * outputs + output]!;
  return float32([outputs, inputs, height, width], result);
}

/** A depthwise kernel [height, width, channels, 1] as [channels, 1, height, width]. */
export function depthwiseKernel({ shape, data }: TensorOf<'float32'>): TensorOf<'float32'> {
  const [height, width, channels] = shape as [number, number, number, number];
  return denseKernel(float32([height, width, 1, channels], data));
}

export function zeroBias(kernel: TensorOf<'float32'>): TensorOf<'float32'> {
  const channels = kernel.shape[0]!;
  return float32([channels], new Float32Array(channels));
}

/** The convolution followed by scale · y + shift per output channel, as one convolution. */
export function foldScale(
  { kernel, bias }: ConvWeights,
  scale: ArrayLike<number>,
  shift: ArrayLike<number>,
): ConvWeights {
  const perChannel = kernel.data.length / bias.data.length;
  return {
    kernel: float32(
      kernel.shape,
      kernel.data.map((weight, index) => weight * scale[Math.floor(index / perChannel)]!),
    ),
    bias: float32(
      bias.shape,
      bias.data.map((value, channel) => value * scale[channel]! + shift[channel]!),
    ),
  };
}

/**
 * The convolution of (x − mean) / std, per input channel, as a convolution of x. Exact only without
 * zero padding: a padded zero would have to become −mean / std.
 */
export function foldNormalization(
  { kernel, bias }: ConvWeights,
  mean: readonly number[],
  std: number,
): ConvWeights {
  const [outputs, inputs, height, width] = kernel.shape as [number, number, number, number];
  const area = height * width;
  const channelOf = (index: number) => Math.floor(index / area) % inputs;
  const shifted = Array.from({ length: outputs }, (_, output) => {
    const start = output * inputs * area;
    const own = kernel.data.subarray(start, start + inputs * area);
    return own.reduce((sum, weight, index) => sum - (weight * mean[channelOf(index)]!) / std, 0);
  });
  return {
    kernel: float32(
      kernel.shape,
      kernel.data.map((weight) => weight / std),
    ),
    bias: float32(
      bias.shape,
      bias.data.map((value, output) => value + shifted[output]!),
    ),
  };
}

/** The convolution's output channels in the given order; may leave some out. */
export function selectOutputs(
  { kernel, bias }: ConvWeights,
  channels: readonly number[],
): ConvWeights {
  const perChannel = kernel.data.length / bias.data.length;
  const selected = new Float32Array(channels.length * perChannel);
  channels.forEach((channel, index) => {
    const start = channel * perChannel;
    selected.set(kernel.data.subarray(start, start + perChannel), index * perChannel);
  });
  return {
    kernel: float32([channels.length, ...kernel.shape.slice(1)], selected),
    bias: float32(
      [channels.length],
      channels.map((channel) => bias.data[channel]!),
    ),
  };
}

/** Adds the convolution with its weights as named constants. */
export function addConv(
  builder: Builder,
  name: string,
  x: Value,
  { kernel, bias }: ConvWeights,
  options: Omit<ConvOptions, 'bias'> = {},
): Value {
  return conv(builder, x, builder.constant(kernel, `${name}.weight`), {
    ...options,
    bias: builder.constant(bias, `${name}.bias`),
  });
}

/** Adds a convolution per channel without bias. */
export function addDepthwise(
  builder: Builder,
  name: string,
  x: Value,
  kernel: TensorOf<'float32'>,
  options: Omit<ConvOptions, 'bias' | 'group'>,
): Value {
  const weight = builder.constant(kernel, `${name}.weight`);
  return conv(builder, x, weight, { ...options, group: kernel.shape[0]! });
}

/** Two convolutions of the same input as one: the first's output channels, then the second's. */
export function joinOutputs(first: ConvWeights, second: ConvWeights): ConvWeights {
  const outputs = first.bias.data.length + second.bias.data.length;
  return {
    kernel: float32(
      [outputs, ...first.kernel.shape.slice(1)],
      concatenate(first.kernel.data, second.kernel.data),
    ),
    bias: float32([outputs], concatenate(first.bias.data, second.bias.data)),
  };
}

function concatenate(first: Float32Array, second: Float32Array): Float32Array {
  const joined = new Float32Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
