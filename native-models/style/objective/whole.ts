import { gradient, gradientName } from '../../autodiff/gradient.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { operators } from '../../ops/registry.ts';
import { encode, type StyleEncoder } from '../encoder.ts';
import { squaredDistance, weightedSum, gramMatrix, guidedGramMatrix } from '../losses.ts';
import { areaOf, type Picture } from '../picture.ts';
import type { Recipe } from '../painter.ts';
import {
  cropTo,
  innerRegion,
  outerSize,
  layerNamed,
  CONTENT,
  CONTENT_TARGET,
  gramName,
  IMAGE,
  STYLE,
  weightsName,
  energy,
  maskWeights,
  type Frame,
  type Scene,
} from './scene.ts';
import { float32, type Tensor } from '../../graph/tensor.ts';
import { openGraph, type Runtime } from '../../runtime/runtime.ts';
import type { OrtSession, NamedTensors } from '../../runtime/session.ts';
import { activationOf, framed, gramTargets } from './targets.ts';
import type { Comparer, Comparison } from './objective.ts';

interface WholeGraphOptions {
  readonly encoder: StyleEncoder;
  readonly recipe: Recipe;
  readonly frame: Frame;
  readonly groups: readonly { readonly weight: number; readonly masked: boolean }[];
  /** What the squared distance of the content, or of a Gram matrix by name, is divided by. */
  readonly unitOf: (name: string) => number;
}

/**
 * Content and style loss of a whole picture in its frame, without their weights, and the derivative
 * by the framed picture of their weighted sum times the number of pixels.
 */
export function wholeGraph(options: WholeGraphOptions): Graph {
  const { encoder, recipe, frame } = options;
  const { width, height } = outerSize(frame);
  const builder = new GraphBuilder('painting', operators);
  const image = builder.input(IMAGE, 'float32', [1, 3, height, width]);
  const activations = encode(builder, encoder, image);
  const inside = (layer: string) => {
    const region = innerRegion(frame, layerNamed(encoder, layer));
    return cropTo(builder, activations.get(layer)!, region);
  };
  const content = contentLoss(builder, inside(recipe.contentLayer), options.unitOf(CONTENT));
  const style = weightedSum(builder, styleTerms(builder, inside, options));
  const loss = weightedSum(builder, [
    [recipe.weights.content * areaOf(frame.picture), content],
    [recipe.weights.style * areaOf(frame.picture), style],
  ]);
  const graph = builder.build({ loss, [CONTENT]: content, [STYLE]: style });
  const keep = [CONTENT, STYLE];
  return gradient(graph, { loss: 'loss', variables: [IMAGE], keep, operators });
}

function contentLoss(builder: GraphBuilder, features: Value, unit: number): Value {
  const target = builder.input(CONTENT_TARGET, 'float32', features.shape);
  return weightedSum(builder, [[1 / unit, squaredDistance(builder, features, target)]]);
}

function styleTerms(
  builder: GraphBuilder,
  inside: (layer: string) => Value,
  { encoder, recipe, frame, groups, unitOf }: WholeGraphOptions,
): readonly (readonly [number, Value])[] {
  return recipe.styleLayers.flatMap(({ layer, weight: share }) => {
    const features = inside(layer);
    return groups.map(({ weight, masked }, group) => {
      const description = layerNamed(encoder, layer);
      const { channels } = description;
      const name = gramName(group, layer);
      const target = builder.input(name, 'float32', [channels, channels]);
      const positions = areaOf(innerRegion(frame, description));
      const weights = () => builder.input(weightsName(group, layer), 'float32', [1, positions]);
      const gram = masked
        ? guidedGramMatrix(builder, features, weights())
        : gramMatrix(builder, features);
      const distance = squaredDistance(builder, gram, target);
      return [(weight * share) / unitOf(name), distance] as const;
    });
  });
}

/** Compares Gram matrices in one run over the whole picture: the fast way. */
export class WholePicture implements Comparer {
  readonly #session: OrtSession;
  readonly #aims: NamedTensors;

  static async open(runtime: Runtime, scene: Scene, frame: Frame): Promise<WholePicture> {
    const { encoder, recipe, groups } = scene;
    const style = await gramTargets(runtime, scene);
    const content = await contentTarget(runtime, scene, frame);
    const aims: NamedTensors = { ...style, [CONTENT]: content };
    const graph = wholeGraph({
      encoder,
      recipe,
      frame,
      groups: groups.map(({ weight, mask }) => ({ weight, masked: mask !== null })),
      unitOf: (name) => energy(aims[name]!.data as Float32Array),
    });
    const session = await openGraph(runtime, graph);
    return new WholePicture(session, { ...style, ...masks(scene), [CONTENT_TARGET]: content });
  }

  private constructor(session: OrtSession, aims: NamedTensors) {
    this.#session = session;
    this.#aims = aims;
  }

  async compare({ width, height, data }: Picture, gradient: Picture): Promise<Comparison> {
    const image = float32([1, 3, height, width], data);
    const outputs = await this.#session.run({ ...this.#aims, [IMAGE]: image });
    gradient.data.set(outputs[gradientName(IMAGE)]!.data as Float32Array);
    return { content: numberIn(outputs[CONTENT]!), style: numberIn(outputs[STYLE]!) };
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

const numberIn = ({ data }: Tensor): number => Number(data[0]);

/** The content's activation without that of the frame. */
async function contentTarget(
  runtime: Runtime,
  { encoder, recipe, content }: Scene,
  frame: Frame,
): Promise<Tensor> {
  const layer = layerNamed(encoder, recipe.contentLayer);
  const activation = await activationOf(runtime, encoder, framed(frame, content), layer.name);
  const [, channels, rows, columns] = activation.shape;
  const { x, y, width, height } = innerRegion(frame, layer);
  const inner = new Float32Array(channels! * width * height);
  let to = 0;
  for (let channel = 0; channel < channels!; channel++)
    for (let row = y; row < y + height; row++, to += width) {
      const from = (channel * rows! + row) * columns! + x;
      inner.set(activation.data.subarray(from, from + width), to);
    }
  return float32([1, channels!, height, width], inner);
}

function masks(scene: Scene): NamedTensors {
  const layers = scene.recipe.styleLayers;
  return Object.fromEntries(
    scene.groups.flatMap(({ mask }, group) =>
      mask === null
        ? []
        : layers.map(({ layer }) => {
            const weights = maskWeights(scene, mask, layer);
            return [weightsName(group, layer), float32([1, weights.length], weights)] as const;
          }),
    ),
  );
}
