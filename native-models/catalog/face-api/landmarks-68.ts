import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { add } from '../../ops/arithmetic.ts';
import { flatten } from '../../ops/shapes.ts';
import { gemm } from '../../ops/products.ts';
import { globalAveragePool } from '../../ops/pooling.ts';
import { operators } from '../../ops/registry.ts';
import { relu } from '../../ops/activations.ts';
import { addConv, addDepthwise, denseKernel, depthwiseKernel } from './layers.ts';
import type { Weights } from './weights.ts';

export const MEAN: [number, number, number] = [122.782, 117.001, 104.298];
export const SIZE = 112;

const SAME = [1, 1, 1, 1];
/** TensorFlow pads even sizes at stride 2 at the bottom and right only. */
const DOWN = { strides: [2, 2], pads: [0, 0, 1, 1] };

/**
 * The 68 landmark network of face-api: four dense blocks of separable convolutions.
 * image float32[batch, 3, 112, 112], normalized, to landmarks float32[batch, 136].
 */
export function buildLandmarks(weights: Weights): Graph {
  const builder = new GraphBuilder('landmarks-68', operators);
  let x = builder.input('image', 'float32', ['batch', 3, SIZE, SIZE]);
  const first = {
    kernel: denseKernel(weights.get('dense0/conv0/filters')),
    bias: weights.get('dense0/conv0/bias'),
  };
  x = relu(builder, addConv(builder, 'dense0.conv0', x, first, DOWN));
  x = denseBlock(builder, 'dense0', x, weights);
  for (const block of ['dense1', 'dense2', 'dense3']) {
    x = relu(builder, separable(builder, `${block}/conv0`, x, weights, DOWN));
    x = denseBlock(builder, block, x, weights);
  }
  // The 7×7 average pooling of the original covers all that is left of the picture.
  const features = flatten(builder, globalAveragePool(builder, x));
  const landmarks = gemm(
    builder,
    features,
    builder.constant(weights.get('fc/weights'), 'fc.weight'),
    {
      c: builder.constant(weights.get('fc/bias'), 'fc.bias'),
    },
  );
  return builder.build({ landmarks });
}

/** Three separable convolutions, each of which sees the sum of all before it. */
function denseBlock(builder: GraphBuilder, name: string, x: Value, weights: Weights): Value {
  let sum = x;
  let seen = x;
  for (const layer of ['conv1', 'conv2', 'conv3']) {
    sum = add(builder, separable(builder, `${name}/${layer}`, seen, weights, { pads: SAME }), sum);
    seen = relu(builder, sum);
  }
  return seen;
}

function separable(
  builder: GraphBuilder,
  path: string,
  x: Value,
  weights: Weights,
  options: { readonly strides?: readonly number[]; readonly pads: readonly number[] },
): Value {
  const name = path.replace('/', '.');
  const depthwise = depthwiseKernel(weights.get(`${path}/depthwise_filter`));
  const pointwise = {
    kernel: denseKernel(weights.get(`${path}/pointwise_filter`)),
    bias: weights.get(`${path}/bias`),
  };
  const spread = addDepthwise(builder, `${name}.depthwise`, x, depthwise, options);
  return addConv(builder, `${name}.pointwise`, spread, pointwise);
}
