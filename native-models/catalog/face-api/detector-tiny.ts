import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { leakyRelu } from '../../ops/leaky-relu.ts';
import { maxPool } from '../../ops/max-pool.ts';
import { operators } from '../../ops/registry.ts';
import { transpose } from '../../ops/transpose.ts';
import {
  addConv,
  addDepthwise,
  denseKernel,
  depthwiseKernel,
  foldNormalization,
} from './layers.ts';
import type { Weights } from './weights.ts';

/** (width, height) in grid cells. */
export const ANCHORS: readonly (readonly [number, number])[] = [
  [1.603231, 2.094468],
  [6.041143, 7.080126],
  [2.882459, 3.518061],
  [4.266906, 5.178857],
  [9.041765, 10.66308],
];
export const STRIDE = 32;

const MEAN = [117.001, 114.697, 97.404];
const SLOPE = 0.1;

/**
 * The small face detector of face-api: YOLO 9000 (Redmon & Farhadi 2016) on separable convolutions.
 * image float32[batch, 3, height, width], RGB 0…255, sides multiples of 32, to
 * grid float32[batch, height / 32, width / 32, 25].
 */
export function buildTinyDetector(weights: Weights): Graph {
  const builder = new GraphBuilder('detector-tiny', operators);
  const image = builder.input('image', 'float32', ['batch', 3, 'height', 'width']);
  const first = foldNormalization(
    { kernel: denseKernel(weights.get('conv0/filters')), bias: weights.get('conv0/bias') },
    MEAN,
    255,
  );
  let x = leakyRelu(builder, addConv(builder, 'conv0', image, first), SLOPE);
  for (const block of [1, 2, 3, 4, 5]) {
    x = maxPool(builder, x, [2, 2], { strides: [2, 2], ceilMode: true });
    x = separable(builder, `conv${block}`, x, weights);
  }
  x = maxPool(builder, x, [2, 2], { strides: [1, 1], pads: [0, 0, 1, 1] });
  const last = {
    kernel: denseKernel(weights.get('conv8/filters')),
    bias: weights.get('conv8/bias'),
  };
  const grid = addConv(builder, 'conv8', x, last);
  return builder.build({ grid: transpose(builder, grid, [0, 2, 3, 1]) });
}

function separable(builder: GraphBuilder, name: string, x: Value, weights: Weights): Value {
  const depthwise = depthwiseKernel(weights.get(`${name}/depthwise_filter`));
  const pointwise = {
    kernel: denseKernel(weights.get(`${name}/pointwise_filter`)),
    bias: weights.get(`${name}/bias`),
  };
  const spread = addDepthwise(builder, `${name}.depthwise`, x, depthwise, { pads: [1, 1, 1, 1] });
  return leakyRelu(builder, addConv(builder, `${name}.pointwise`, spread, pointwise), SLOPE);
}
