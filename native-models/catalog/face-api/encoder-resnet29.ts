import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { add } from '../../ops/arithmetic.ts';
import { averagePool, globalAveragePool, maxPool } from '../../ops/pooling.ts';
import { concat, flatten } from '../../ops/shapes.ts';
import { matmul } from '../../ops/products.ts';
import { pad } from '../../ops/padding.ts';
import { operators } from '../../ops/registry.ts';
import { relu } from '../../ops/activations.ts';
import {
  addConv,
  denseKernel,
  foldNormalization,
  foldScale,
  selectOutputs,
  type ConvWeights,
} from './layers.ts';
import type { Weights } from './weights.ts';

export const SIZE = 150;
export const DIMENSION = 128;

const MEAN = [122.782, 117.001, 104.298];
const SAME = { pads: [1, 1, 1, 1] };
const DOWN = { strides: [2, 2] };

/** The residual blocks after the stem, in order; `down` halves the picture. */
const BLOCKS: readonly { readonly name: string; readonly down: boolean }[] = [
  ...['conv32_1', 'conv32_2', 'conv32_3'].map(plain),
  { name: 'conv64_down', down: true },
  ...['conv64_1', 'conv64_2', 'conv64_3'].map(plain),
  { name: 'conv128_down', down: true },
  ...['conv128_1', 'conv128_2'].map(plain),
  { name: 'conv256_down', down: true },
  ...['conv256_1', 'conv256_2'].map(plain),
  { name: 'conv256_down_out', down: true },
];

function plain(name: string): { readonly name: string; readonly down: boolean } {
  return { name, down: false };
}

/**
 * dlib's residual network of 29 layers (dlib_face_recognition_resnet_model_v1), scale layers folded
 * into its convolutions. image float32[batch, 3, 150, 150], RGB 0…255, to
 * encoding float32[batch, 128], not normalized.
 */
export function buildEncoder(weights: Weights): Graph {
  const builder = new GraphBuilder('encoder-resnet29', operators);
  const image = builder.input('image', 'float32', ['batch', 3, SIZE, SIZE]);
  const stem = foldNormalization(scaledConv('conv32_down', weights), MEAN, 255);
  let x = relu(builder, addConv(builder, 'conv32_down', image, stem, DOWN));
  x = maxPool(builder, x, [3, 3], DOWN);
  for (const { name, down } of BLOCKS)
    x = down ? downBlock(builder, name, x, weights) : block(builder, name, x, weights);
  const features = flatten(builder, globalAveragePool(builder, x));
  const matrix = builder.constant(weights.get('fc'), 'fc.weight');
  return builder.build({ encoding: matmul(builder, features, matrix) });
}

/** relu(x + conv(relu(conv(x)))). */
function block(builder: GraphBuilder, name: string, x: Value, weights: Weights): Value {
  const first = scaledConv(`${name}/conv1`, weights);
  const second = scaledConv(`${name}/conv2`, weights);
  const hidden = relu(builder, addConv(builder, `${name}.conv1`, x, first, SAME));
  return relu(builder, add(builder, addConv(builder, `${name}.conv2`, hidden, second, SAME), x));
}

/**
 * A block whose first convolution halves the picture. The shortcut is averaged 2×2 and stands for
 * the first channels only. Instead of padding it with zero channels, the second convolution is cut
 * in two: the part with a shortcut and the part without. That saves the additions and keeps
 * everything in ONNX Runtime's blocked layout.
 */
function downBlock(builder: GraphBuilder, name: string, x: Value, weights: Weights): Value {
  const first = scaledConv(`${name}/conv1`, weights);
  const second = scaledConv(`${name}/conv2`, weights);
  const hidden = relu(builder, addConv(builder, `${name}.conv1`, x, first, DOWN));
  const shortcut = averagePool(builder, x, [2, 2], DOWN);
  const channels = [...second.bias.data.keys()];
  const carried = x.shape[1] as number;
  const grow = (part: Value) => growTo(builder, part, shortcut);
  const withShortcut = relu(
    builder,
    add(
      builder,
      grow(
        addConv(
          builder,
          `${name}.conv2`,
          hidden,
          selectOutputs(second, channels.slice(0, carried)),
          SAME,
        ),
      ),
      shortcut,
    ),
  );
  if (carried === channels.length) return withShortcut;
  const fresh = selectOutputs(second, channels.slice(carried));
  const withoutShortcut = grow(
    relu(builder, addConv(builder, `${name}.conv2.fresh`, hidden, fresh, SAME)),
  );
  return concat(builder, [withShortcut, withoutShortcut], 1);
}

/** Zeros at the bottom and right up to the height and width of another value. */
function growTo(builder: GraphBuilder, x: Value, target: Value): Value {
  const missing = [0, 1, 2, 3].map((axis) =>
    axis < 2 ? 0 : Number(target.shape[axis]) - Number(x.shape[axis]),
  );
  if (missing.every((count) => count === 0)) return x;
  return pad(builder, x, [0, 0, 0, 0, ...missing]);
}

/** Convolution, bias, then scale and shift per channel. */
function scaledConv(path: string, weights: Weights): ConvWeights {
  return foldScale(
    {
      kernel: denseKernel(weights.get(`${path}/conv/filters`)),
      bias: weights.get(`${path}/conv/bias`),
    },
    weights.get(`${path}/scale/weights`).data,
    weights.get(`${path}/scale/biases`).data,
  );
}
