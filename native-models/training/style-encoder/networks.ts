import { buildFeatureNetwork, layersOf, type Block } from '../../catalog/style-encoders.ts';
import type { ConvWeights } from '../../catalog/face-api/layers.ts';
import type { ManifestOf } from '../../../contract/manifest.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { inlineGraph } from '../../graph/rewrite.ts';
import { sameShape } from '../../graph/shape.ts';
import { float32, type TensorOf } from '../../graph/tensor.ts';
import { conv } from '../../ops/convolution.ts';
import { operators } from '../../ops/registry.ts';
import { imagesToTensor, type PixelEncoding, type RgbImage } from '../../images/rgb-image.ts';
import type { NamedTensors } from '../../runtime/session.ts';

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

export interface StyleTeacher {
  readonly graph: Graph;
  readonly manifest: ManifestOf<'style-encoder'>;
}

/** How pictures are fed. */
export type StyleInput = PixelEncoding & { readonly name: string };

/** A picture as a network wants it. */
export function feedOf({ input }: { readonly input: StyleInput }, image: RgbImage): NamedTensors {
  const { dims, data } = imagesToTensor([{ image, mirrored: false }], input);
  return { [input.name]: float32(dims, data) };
}

/** Some layers of a network, for square pictures of `side` pixels. */
export function someLayers(
  graph: Graph,
  {
    input,
    layers,
    side,
  }: { readonly input: string; readonly layers: readonly string[]; readonly side: number },
): Graph {
  const builder = new GraphBuilder(graph.name, operators);
  const image = builder.input(input, 'float32', [1, 3, side, side]);
  const { values } = inlineGraph(builder, graph, { inputs: { [input]: image } });
  return builder.build(Object.fromEntries(layers.map((layer) => [layer, values.get(layer)!])));
}

/** The convolution whose ReLU is this layer; null where there is none. */
export function convolutionBehind({ nodes, constants }: Graph, layer: string): ConvWeights | null {
  const producer = (name: string) => nodes.find(({ outputs }) => outputs[0]!.name === name);
  const relu = producer(layer);
  const convolution = relu?.op === 'Relu' ? producer(relu.inputs[0]!.name) : undefined;
  if (convolution?.op !== 'Conv') return null;
  const [kernel, bias] = [1, 2].map((index) =>
    constants.get(convolution.inputs[index]?.name ?? ''),
  );
  if (kernel?.type !== 'float32' || bias?.type !== 'float32') return null;
  return { kernel: kernel, bias: bias };
}

/**
 * By layer float32[channels, channels of the teacher, 1, 1]: the directions in which its activations
 * are strongest, in a unit in which their mean squared length is 1.
 */
export type Directions = Readonly<Record<string, TensorOf<'float32'>>>;

/** What the teacher says in the given directions, for square pictures of `side` pixels. */
export function teacherGraph(
  { graph, manifest }: StyleTeacher,
  directions: Directions,
  side: number,
  outputName: (layer: string) => string,
): Graph {
  const builder = new GraphBuilder('teacher', operators);
  const image = builder.input(manifest.input.name, 'float32', [1, 3, side, side]);
  const { values } = inlineGraph(builder, graph, {
    inputs: { [manifest.input.name]: image },
    prefix: 'teacher.',
  });
  const outputs = Object.entries(directions).map(([layer, kernel]) => {
    const weight = builder.constant(kernel, `directions.${layer}`);
    return [outputName(layer), conv(builder, values.get(layer)!, weight)] as const;
  });
  return builder.build(Object.fromEntries(outputs));
}
