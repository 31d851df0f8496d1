import { gradient } from '../../autodiff/gradient.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { operators } from '../../ops/registry.ts';
import { encode, type StyleEncoder } from '../encoder.ts';
import { squaredDistance, weightedSum } from '../losses/distances.ts';
import { gramMatrix, guidedGramMatrix } from '../losses/gram.ts';
import { areaOf, type Size } from '../picture.ts';
import type { Recipe } from '../recipe.ts';
import { layerNamed, positionsOf } from './layers.ts';
import { CONTENT, CONTENT_TARGET, gramName, IMAGE, STYLE, weightsName } from './names.ts';

export interface WholeGraphOptions {
  readonly encoder: StyleEncoder;
  readonly recipe: Recipe;
  readonly size: Size;
  readonly groups: readonly { readonly weight: number; readonly masked: boolean }[];
  /** What the squared distance of the content, or of a Gram matrix by name, is divided by. */
  readonly unitOf: (name: string) => number;
}

/**
 * Content and style loss of a whole picture, without their weights, and the derivative by the
 * picture of their weighted sum times the number of pixels.
 */
export function wholeGraph(options: WholeGraphOptions): Graph {
  const { encoder, recipe, size } = options;
  const builder = new GraphBuilder('painting', operators);
  const image = builder.input(IMAGE, 'float32', [1, 3, size.height, size.width]);
  const layers = encode(builder, encoder, image);
  const content = contentLoss(builder, layers.get(recipe.contentLayer)!, options.unitOf(CONTENT));
  const style = weightedSum(builder, styleTerms(builder, layers, options));
  const loss = weightedSum(builder, [
    [recipe.weights.content * areaOf(size), content],
    [recipe.weights.style * areaOf(size), style],
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
  layers: ReadonlyMap<string, Value>,
  { encoder, recipe, size, groups, unitOf }: WholeGraphOptions,
): readonly (readonly [number, Value])[] {
  return groups.flatMap(({ weight, masked }, group) =>
    recipe.styleLayers.map(({ layer, weight: share }) => {
      const description = layerNamed(encoder, layer);
      const { channels } = description;
      const features = layers.get(layer)!;
      const name = gramName(group, layer);
      const target = builder.input(name, 'float32', [channels, channels]);
      const positions = areaOf(positionsOf(size, description));
      const weights = () => builder.input(weightsName(group, layer), 'float32', [1, positions]);
      const gram = masked
        ? guidedGramMatrix(builder, features, weights())
        : gramMatrix(builder, features);
      const distance = squaredDistance(builder, gram, target);
      return [(weight * share) / unitOf(name), distance] as const;
    }),
  );
}
