import { buildFeatureNetwork, layersOf, type Block } from '../../../catalog/style-encoders.ts';
import type { ConvWeights } from '../../../catalog/face-api/layers.ts';
import type { ManifestOf } from '../../../../contract/manifest.ts';
import { GraphBuilder } from '../../../graph/builder.ts';
import type { Graph, Value } from '../../../graph/graph.ts';
import { inlineGraph } from '../../../graph/rewrite.ts';
import { sameShape } from '../../../graph/shape.ts';
import { float32, type TensorOf } from '../../../graph/tensor.ts';
import { conv } from '../../../ops/convolution.ts';
import { operators } from '../../../ops/registry.ts';

export interface StudentShape {
  /** Of the 3×3 convolutions, block by block; pictures are halved in between. */
  readonly channels: readonly (readonly number[])[];
  /** The layers that a teacher speaks about: those of the same name. */
  readonly taught: readonly string[];
  /** What layers count in a painting by default; those that are not taught are as they happen to be. */
  readonly painted: Readonly<Record<string, number>>;
}

/**
 * A fifth of the arithmetic of VGG-19 up to conv3_4. What is taught is what a painting looks at with
 * VGG-19: the first layer of every resolution, the deepest, and the one before it for content.
 * relu2_2, which nobody taught it, holds a painting to the style as well and costs no arithmetic;
 * the deepest layer, in which the student is farthest from its teacher, counts less (measured:
 * docs/models/style-likeness.md).
 */
export const studentShape: StudentShape = {
  channels: [
    [32, 32],
    [64, 48],
    [96, 96, 96, 96],
  ],
  taught: ['relu1_1', 'relu2_1', 'relu3_1', 'relu3_3', 'relu3_4'],
  painted: { relu1_1: 1, relu2_1: 1.3, relu2_2: 2.5, relu3_1: 1.5, relu3_4: 0.7 },
};

type Layers = ManifestOf<'style-encoder'>['task']['layers'];

/** All layers that a student shows, as a manifest has them. */
export function shownLayers({ channels, taught, painted }: StudentShape): Layers {
  return layersOf(channels)
    .filter(({ output }) => taught.includes(output) || output in painted)
    .map((layer) => ({
      ...layer,
      ...(layer.output in painted && { styleWeight: painted[layer.output] }),
    }));
}

export function taughtLayers(shape: StudentShape): Layers {
  return shownLayers(shape).filter(({ output }) => shape.taught.includes(output));
}

export interface StudentWeights {
  readonly blocks: readonly Block[];
  /** By taught layer, the 1×1 convolution behind it. */
  readonly maps: Readonly<Record<string, ConvWeights>>;
}

/**
 * A network in the manner of VGG. Behind every taught layer a 1×1 convolution, as wide as the layer,
 * says what the teacher would say there.
 *
 * @param shown names of its layers.
 * @returns image float32[1, 3, height, width] to each of them float32[1, channels, …].
 */
export function styleStudent(
  name: string,
  { blocks, maps }: StudentWeights,
  shown: readonly string[] = Object.keys(maps),
): Graph {
  const trunk = buildFeatureNetwork(name, blocks);
  const builder = new GraphBuilder(name, operators);
  const image = builder.input('image', 'float32', [1, 3, 'height', 'width']);
  const { values } = inlineGraph(builder, trunk, { inputs: { image }, prefix: 'trunk.' });
  const outputs = shown.map((layer): [string, Value] => {
    const activation = values.get(layer)!;
    const map = maps[layer];
    if (map === undefined) return [layer, activation];
    const weight = builder.constant(map.kernel, `map.${layer}.weight`);
    const shift = builder.constant(map.bias, `map.${layer}.bias`);
    return [layer, conv(builder, activation, weight, { bias: shift })];
  });
  return builder.build(Object.fromEntries(outputs));
}

/** The convolutions of a student, and its maps; null where the graph is no student of this shape. */
export function weightsOf(student: Graph, shape: StudentShape): StudentWeights | null {
  const expected = styleStudent(student.name, emptyWeights(shape));
  const fits = [...expected.constants].every(([name, constant]) => {
    const own = student.constants.get(name);
    return own?.type === 'float32' && sameShape(own.shape, constant.shape);
  });
  if (!fits) return null;
  const constant = (name: string) => student.constants.get(name) as TensorOf<'float32'>;
  const weights = (name: string): ConvWeights => ({
    kernel: constant(`${name}.weight`),
    bias: constant(`${name}.bias`),
  });
  return {
    blocks: shape.channels.map((block, b) =>
      block.map((_, layer) => weights(`trunk.conv${b + 1}_${layer + 1}`)),
    ),
    maps: Object.fromEntries(shape.taught.map((layer) => [layer, weights(`map.${layer}`)])),
  };
}

/** Weights of zeros, to be filled from a checkpoint. */
export function emptyWeights(shape: StudentShape): StudentWeights {
  let inputs = 3;
  const blocks = shape.channels.map((block) =>
    block.map((outputs) => {
      const weights = { kernel: zeros(outputs, inputs, 3, 3), bias: zeros(outputs) };
      inputs = outputs;
      return weights;
    }),
  );
  const maps = taughtLayers(shape).map(({ output, channels }) => [
    output,
    { kernel: zeros(channels, channels, 1, 1), bias: zeros(channels) },
  ]);
  return { blocks, maps: Object.fromEntries(maps) as StudentWeights['maps'] };
}

const zeros = (...shape: number[]): TensorOf<'float32'> =>
  float32(shape, new Float32Array(shape.reduce((product, extent) => product * extent, 1)));
