import { float32, type TensorOf } from '../graph/tensor.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { averagePool } from '../ops/pooling.ts';
import { operators } from '../ops/registry.ts';
import { relu } from '../ops/activations.ts';
import { addConv, zeroBias, type ConvWeights } from './face-api/layers.ts';
import type { ManifestOf, ModelManifest } from '../../contract/manifest.ts';

/** Repeatable numbers of the standard normal distribution. */
export function normalNumbers(seed: number): () => number {
  const uniform = uniformNumbers(seed);
  // Box and Muller (1958).
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Between 0 and 1, both excluded: multiplicative congruential generator of Park and Miller (1988). */
function uniformNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

interface FilterShape {
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the square window. */
  readonly size: number;
  /** Every filter sums to zero: what is flat gives no response. */
  readonly zeroMean: boolean;
}

/** ReLU takes half of the energy of a symmetric signal; this gives it back (He et al. 2015). */
const RELU_GAIN = Math.SQRT2;

/**
 * Kernels float32[outputs, inputs, size, size], drawn at random and orthogonalized, so that no two
 * answer to the same pattern. Where there are more than can be orthogonal, each group of as many as
 * can is so within itself.
 */
export function orthogonalFilters(
  { inputs, outputs, size, zeroMean }: FilterShape,
  normal: () => number,
): TensorOf<'float32'> {
  const length = inputs * size ** 2;
  const capacity = zeroMean ? length - 1 : length;
  const rows: Float64Array[] = [];
  for (let row = 0; row < outputs; row++) {
    const group = rows.slice(row - (row % capacity));
    rows.push(unitFilter(length, zeroMean, group, normal));
  }
  const data = Float32Array.from(rows.flatMap((row) => Array.from(row, (v) => v * RELU_GAIN)));
  return float32([outputs, inputs, size, size], data);
}

function unitFilter(
  length: number,
  zeroMean: boolean,
  group: readonly Float64Array[],
  normal: () => number,
): Float64Array {
  const filter = Float64Array.from({ length }, normal);
  const mean = zeroMean ? filter.reduce((sum, value) => sum + value, 0) / length : 0;
  for (let i = 0; i < length; i++) filter[i]! -= mean;
  // One after the other, not all at once: the modified Gram-Schmidt process keeps its precision.
  for (const other of group) {
    const share = dot(filter, other);
    for (let i = 0; i < length; i++) filter[i]! -= share * other[i]!;
  }
  const norm = Math.sqrt(dot(filter, filter));
  return filter.map((value) => value / norm);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** 3×3 convolutions between two poolings. */
export type Block = readonly ConvWeights[];

type Layers = ManifestOf<'style-encoder'>['task']['layers'];

const SAME = { pads: [1, 1, 1, 1] };
const HALF = { strides: [2, 2] };

/** Counted from one, as Simonyan and Zisserman (2014) number their layers: relu1_1, relu1_2, relu2_1, … */
const layerName = (block: number, layer: number): string => `relu${block + 1}_${layer + 1}`;

/**
 * A network in the manner of VGG: blocks of 3×3 convolutions with zero padding and ReLU, halved in
 * between by 2×2 means, which give smoother pictures than maxima (Gatys, Ecker, Bethge 2016).
 *
 * image float32[1, 3, height, width] to every activation relu<block>_<layer>
 * float32[1, channels, ⌊height / stride⌋, ⌊width / stride⌋].
 */
export function buildFeatureNetwork(name: string, blocks: readonly Block[]): Graph {
  const builder = new GraphBuilder(name, operators);
  let x = builder.input('image', 'float32', [1, 3, 'height', 'width']);
  const outputs: Record<string, Value> = {};
  blocks.forEach((block, b) => {
    if (b > 0) x = averagePool(builder, x, [2, 2], HALF);
    block.forEach((weights, layer) => {
      x = relu(builder, addConv(builder, `conv${b + 1}_${layer + 1}`, x, weights, SAME));
      outputs[layerName(b, layer)] = x;
    });
  });
  return builder.build(outputs);
}

/** What a manifest says about such a network, by the channels of its convolutions, block by block. */
export const layersOf = (channels: readonly (readonly number[])[]): Layers =>
  channels.flatMap((block, b) =>
    block.map((count, layer) => ({
      output: layerName(b, layer),
      channels: count,
      stride: 2 ** b,
    })),
  );

/** Another seed is another encoder: pictures painted with the old one could not be repeated. */
const SEED = 1889;

/** Channels of the convolutions, block by block. */
const CHANNELS = [
  [32, 32],
  [64, 64],
  [128, 128],
];

/**
 * Random filters instead of learned ones, after He, Wang, Hopcroft, "A Powerful Generative Model
 * Using Random Weights for the Deep Image Representation" (2016). Needs no file from anywhere.
 */
export const buildFilterBank = (): Graph => buildFeatureNetwork('filter-bank', randomBlocks());

function randomBlocks(): readonly Block[] {
  const normal = normalNumbers(SEED);
  let inputs = 3;
  return CHANNELS.map((block, b) =>
    block.map((outputs, layer) => {
      const zeroMean = b === 0 && layer === 0;
      const kernel = orthogonalFilters({ inputs, outputs, size: 3, zeroMean }, normal);
      inputs = outputs;
      return { kernel, bias: zeroBias(kernel) };
    }),
  );
}

/** All of the manifest that does not depend on the bytes of the file. */
export const filterBankManifest: Omit<ModelManifest, 'bytes' | 'sha256'> = {
  id: 'filter-bank',
  name: 'Random filter bank, untrained',
  version: '1',
  license: 'MIT',
  source: `Orthogonal random filters of the seed ${SEED}, after He, Wang, Hopcroft 2016`,
  input: {
    name: 'image',
    layout: 'NCHW',
    channels: 'RGB',
    width: 64,
    height: 64,
    multipleOf: 1,
    mean: [127.5, 127.5, 127.5],
    std: [64, 64, 64],
    dynamicBatch: false,
  },
  task: {
    role: 'style-encoder',
    trained: false,
    pooling: 'average',
    layers: layersOf(CHANNELS),
  },
};
