import { gradient } from '../../autodiff/gradient.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { operators } from '../../ops/registry.ts';
import { encode, type StyleEncoder } from '../encoder.ts';
import { squaredDistance, weightedSum } from '../losses/distances.ts';
import { gramMatrix, guidedGramMatrix } from '../losses/gram.ts';
import { areaOf } from '../picture.ts';
import type { Recipe } from '../recipe.ts';
import { cropTo } from './crop.ts';
import { innerRegion, outerSize, type Frame } from './frame.ts';
import { layerNamed } from './layers.ts';
import { CONTENT, CONTENT_TARGET, gramName, IMAGE, STYLE, weightsName } from './names.ts';

export interface WholeGraphOptions {
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
