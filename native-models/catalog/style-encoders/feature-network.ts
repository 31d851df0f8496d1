import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { averagePool } from '../../ops/average-pool.ts';
import { operators } from '../../ops/registry.ts';
import { relu } from '../../ops/relu.ts';
import { addConv, type ConvWeights } from '../face-api/layers.ts';
import type { ManifestOf } from '../../../contract/manifest.ts';

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
