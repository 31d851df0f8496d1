import { RandomStream } from '../../../foundation/random.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { float32, type TensorOf } from '../../graph/tensor.ts';
import { add } from '../../ops/arithmetic.ts';
import { averagePool } from '../../ops/pooling.ts';
import { batchNormalization } from '../../ops/normalization.ts';
import { conv } from '../../ops/convolution.ts';
import { flatten } from '../../ops/shapes.ts';
import { gemm } from '../../ops/products.ts';
import { operators } from '../../ops/registry.ts';
import { relu } from '../../ops/activations.ts';

interface CompactEncoderOptions {
  /** Of the square input, in pixels; halved by every stage. */
  readonly side: number;
  /** Channels of the stages. */
  readonly channels: readonly number[];
  /** Values of an encoding. */
  readonly dimension: number;
  readonly seed: number;
}

export const compactDefaults: CompactEncoderOptions = {
  side: 64,
  channels: [16, 32, 64, 96],
  dimension: 96,
  seed: 1,
};

const EPSILON = 1e-5;

/**
 * A small residual encoder with batch normalization and random weights (He et al. 2015), to be
 * trained from nothing. Each stage: convolution, one residual block, halving by 2×2 means. The last
 * layer reads the last stage place by place.
 *
 * image float32[batch, 3, side, side], about −1…1, to `encoding` float32[batch, dimension].
 */
export function compactEncoder(options: CompactEncoderOptions): Graph {
  const { side, channels, dimension, seed } = options;
  const builder = new GraphBuilder('encoder-compact', operators);
  const weights = new RandomWeights(seed);
  let x = builder.input('image', 'float32', ['batch', 3, side, side]);
  channels.forEach((count, index) => {
    x = relu(builder, normalized(builder, weights, x, count, `stage${index + 1}.in`));
    x = block(builder, weights, x, `stage${index + 1}.block`);
    x = averagePool(builder, x, [2, 2], { strides: [2, 2] });
  });
  const features = flatten(builder, x);
  const [inputs] = [features.shape[1] as number];
  const weight = builder.constant(weights.matrix('head.weight', inputs, dimension), 'head.weight');
  const bias = builder.constant(filled([dimension], 0), 'head.bias');
  return builder.build({ encoding: gemm(builder, features, weight, { c: bias }) });
}

/** relu(x + f(x)) with two normalized convolutions. */
function block(builder: GraphBuilder, weights: RandomWeights, x: Value, name: string): Value {
  const count = x.shape[1] as number;
  const first = relu(builder, normalized(builder, weights, x, count, `${name}.1`));
  return relu(builder, add(builder, normalized(builder, weights, first, count, `${name}.2`), x));
}

function normalized(
  builder: GraphBuilder,
  weights: RandomWeights,
  x: Value,
  count: number,
  name: string,
): Value {
  const kernel = weights.kernel(name, count, x.shape[1] as number);
  const y = conv(builder, x, builder.constant(kernel, `${name}.weight`), { pads: [1, 1, 1, 1] });
  const constant = (part: string, value: number) =>
    builder.constant(filled([count], value), `${name}.${part}`);
  const statistics = {
    scale: constant('scale', 1),
    bias: constant('bias', 0),
    mean: constant('mean', 0),
    variance: constant('variance', 1),
  };
  return batchNormalization(builder, y, statistics, EPSILON);
}

const filled = (shape: readonly number[], value: number): TensorOf<'float32'> =>
  float32(
    shape,
    new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(value),
  );

/** Normal numbers of a variance that keeps that of activations. */
class RandomWeights {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  kernel(name: string, outputs: number, inputs: number): TensorOf<'float32'> {
    return this.#normal(name, [outputs, inputs, 3, 3], Math.sqrt(2 / (inputs * 9)));
  }

  matrix(name: string, inputs: number, outputs: number): TensorOf<'float32'> {
    return this.#normal(name, [inputs, outputs], Math.sqrt(1 / inputs));
  }

  #normal(name: string, shape: readonly number[], deviation: number): TensorOf<'float32'> {
    const random = new RandomStream(this.#seed, name);
    const count = shape.reduce((product, extent) => product * extent, 1);
    return float32(
      shape,
      Float32Array.from({ length: count }, () => deviation * random.normal()),
    );
  }
}
