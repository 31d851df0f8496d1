import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { float32, type TensorOf } from '../../graph/tensor.ts';
import { add, clip, exp, multiply, subtract } from '../../ops/arithmetic.ts';
import { concat, reshape, slice, transpose } from '../../ops/shapes.ts';
import { operators } from '../../ops/registry.ts';
import { sigmoid, leakyRelu } from '../../ops/activations.ts';
import {
  addConv,
  denseKernel,
  depthwiseKernel,
  foldScale,
  joinOutputs,
  selectOutputs,
  zeroBias,
  addDepthwise,
  foldNormalization,
  type ConvWeights,
} from './layers.ts';
import type { Weights } from './weights.ts';
import { maxPool } from '../../ops/pooling.ts';

export const SIZE = 512;

/** Layers of the MobileNet that halve the picture. */
const DOWN_LAYERS = [2, 4, 6, 12];
const BATCH_NORM_EPSILON = 0.001;
const CLASSES = 3;
const FACE_CLASS = 1;
/** Box encodings are scaled by these before training (SSD, Liu et al. 2016). */
const CENTER_SCALE = 10;
const SIZE_SCALE = 5;

/**
 * face-api's SSD (Liu et al. 2016) on MobileNet v1 with its boxes decoded.
 * image float32[batch, 3, 512, 512], normalized, to boxes float32[batch, 5118, 4], y1 x1 y2 x2
 * relative to the picture, and scores float32[batch, 5118].
 */
export function buildSsdDetector(weights: Weights): Graph {
  const builder = new GraphBuilder('detector-ssd', operators);
  const image = builder.input('image', 'float32', ['batch', 3, SIZE, SIZE]);
  const predictions = featureMaps(builder, image, weights).map((features, level) =>
    predict(builder, level, features, weights),
  );
  const all = concat(builder, predictions, 1);
  const part = (start: number, end: number) => slice(builder, all, [{ axis: 2, start, end }]);
  const boxes = decode(builder, part(0, 2), part(2, 4), weights.get('Output/extra_dim'));
  const scores = reshape(builder, sigmoid(builder, part(4, 5)), [0, -1]);
  return builder.build({ boxes, scores });
}

/** The six levels at which faces are looked for, fine to coarse. */
function featureMaps(builder: GraphBuilder, image: Value, weights: Weights): readonly Value[] {
  let x = pointwise(builder, 'MobilenetV1/Conv2d_0_pointwise', image, weights, 2);
  const maps: Value[] = [];
  for (let layer = 1; layer <= 13; layer++) {
    x = depthwise(builder, layer, x, weights);
    x = pointwise(builder, `MobilenetV1/Conv2d_${layer}_pointwise`, x, weights);
    if (layer === 11 || layer === 13) maps.push(x);
  }
  for (let layer = 0; layer < 8; layer += 2) {
    x = pointwise(builder, `Prediction/Conv2d_${layer}_pointwise`, x, weights);
    x = pointwise(builder, `Prediction/Conv2d_${layer + 1}_pointwise`, x, weights, 2);
    maps.push(x);
  }
  return maps;
}

function depthwise(builder: GraphBuilder, layer: number, x: Value, weights: Weights): Value {
  const path = `MobilenetV1/Conv2d_${layer}_depthwise`;
  const kernel = depthwiseKernel(weights.get(`${path}/depthwise_weights`));
  const statistic = (name: string) => weights.get(`${path}/BatchNorm/${name}`).data;
  const variance = statistic('moving_variance');
  const mean = statistic('moving_mean');
  const beta = statistic('beta');
  const scale = statistic('gamma').map(
    (gamma, channel) => gamma / Math.sqrt(variance[channel]! + BATCH_NORM_EPSILON),
  );
  const shift = scale.map((factor, channel) => beta[channel]! - mean[channel]! * factor);
  const folded = foldScale({ kernel, bias: zeroBias(kernel) }, scale, shift);
  const options = { ...same(3, DOWN_LAYERS.includes(layer) ? 2 : 1), group: kernel.shape[0]! };
  return relu6(builder, addConv(builder, `depthwise${layer}`, x, folded, options));
}

function pointwise(
  builder: GraphBuilder,
  path: string,
  x: Value,
  weights: Weights,
  stride = 1,
): Value {
  const kernel = denseKernel(weights.get(`${path}/weights`));
  const bias = weights.get(`${path}/convolution_bn_offset`);
  const options = same(kernel.shape[2]!, stride);
  return relu6(builder, addConv(builder, path.replaceAll('/', '.'), x, { kernel, bias }, options));
}

/** TensorFlow's SAME padding of even pictures: at stride 2 at the bottom and right only. */
function same(kernel: number, stride: number): { strides: number[]; pads: number[] } {
  const total = kernel - stride > 0 ? kernel - stride : 0;
  const begin = Math.floor(total / 2);
  const end = total - begin;
  return { strides: [stride, stride], pads: [begin, begin, end, end] };
}

function relu6(builder: GraphBuilder, x: Value): Value {
  return clip(builder, x, 0, 6);
}

/** float32[batch, anchors of the level, 5]: two center, two size encodings, and the face's logit. */
function predict(builder: GraphBuilder, level: number, features: Value, weights: Weights): Value {
  const path = `Prediction/BoxPredictor_${level}`;
  const box = predictorWeights(`${path}/BoxEncodingPredictor`, weights);
  const scores = predictorWeights(`${path}/ClassPredictor`, weights);
  const anchors = scores.bias.data.length / CLASSES;
  const encodings = foldScale(box, boxScales(anchors), new Float32Array(4 * anchors));
  const joined = joinOutputs(encodings, scores);
  const order = Array.from({ length: anchors }, (_, anchor) => [
    ...[0, 1, 2, 3].map((coordinate) => 4 * anchor + coordinate),
    4 * anchors + CLASSES * anchor + FACE_CLASS,
  ]).flat();
  const map = addConv(builder, `predictor${level}`, features, selectOutputs(joined, order));
  return reshape(builder, transpose(builder, map, [0, 2, 3, 1]), [0, -1, 5]);
}

function boxScales(anchors: number): number[] {
  const perBox = [CENTER_SCALE, CENTER_SCALE, SIZE_SCALE, SIZE_SCALE].map((scale) => 1 / scale);
  return Array.from({ length: anchors }, () => perBox).flat();
}

function predictorWeights(path: string, weights: Weights): ConvWeights {
  return {
    kernel: denseKernel(weights.get(`${path}/weights`)),
    bias: weights.get(`${path}/biases`),
  };
}

/** Corners from encodings: center = c + e · size, half side = exp(f) · size / 2, of the anchors. */
function decode(
  builder: GraphBuilder,
  centerEncoding: Value,
  sizeEncoding: Value,
  anchors: TensorOf<'float32'>,
): Value {
  const { centers, sizes } = centersAndSizes(anchors);
  const size = builder.constant(sizes, 'anchors.size');
  const halfSize = builder.constant(
    float32(
      sizes.shape,
      sizes.data.map((side) => side / 2),
    ),
    'anchors.half_size',
  );
  const center = add(
    builder,
    multiply(builder, centerEncoding, size),
    builder.constant(centers, 'anchors.center'),
  );
  const half = multiply(builder, exp(builder, sizeEncoding), halfSize);
  return concat(builder, [subtract(builder, center, half), add(builder, center, half)], 2);
}

/** Anchors [1, n, 4] as y1 x1 y2 x2 to [1, n, 2] each of (y, x). */
function centersAndSizes({ data }: TensorOf<'float32'>): {
  centers: TensorOf<'float32'>;
  sizes: TensorOf<'float32'>;
} {
  const count = data.length / 4;
  const pair = (of: (from: number, to: number) => number) =>
    float32(
      [1, count, 2],
      Float32Array.from({ length: 2 * count }, (_, index) => {
        const first = 4 * Math.floor(index / 2) + (index % 2);
        return of(data[first]!, data[first + 2]!);
      }),
    );
  return { centers: pair((from, to) => (from + to) / 2), sizes: pair((from, to) => to - from) };
}

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
