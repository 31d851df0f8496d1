import type { ManifestOf } from '../../../../contract/manifest.ts';
import type { ConvWeights } from '../../../catalog/face-api/layers.ts';
import { GraphBuilder } from '../../../graph/builder.ts';
import type { Graph } from '../../../graph/graph.ts';
import { inlineGraph } from '../../../graph/rewrite.ts';
import { float32, type TensorOf } from '../../../graph/tensor.ts';
import { imagesToTensor, type PixelEncoding, type RgbImage } from '../../../images/rgb-image.ts';
import { conv } from '../../../ops/convolution.ts';
import { operators } from '../../../ops/registry.ts';
import type { NamedTensors } from '../../../runtime/session.ts';

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
