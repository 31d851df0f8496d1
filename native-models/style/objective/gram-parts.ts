import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { add } from '../../ops/add.ts';
import { multiply } from '../../ops/multiply.ts';
import { reduceSum } from '../../ops/reduce-sum.ts';
import type { StyleEncoder } from '../encoder.ts';
import { guidedGramMatrix } from '../losses/gram.ts';
import { areaOf, type Size } from '../picture.ts';
import { layerNamed, positionsOf } from './layers.ts';
import { gramName, pullName, weightsName } from './names.ts';
import type { Activations, StatisticsParts } from './statistics.ts';

export interface GramPartsOptions {
  readonly encoder: StyleEncoder;
  readonly layers: readonly string[];
  readonly groups: number;
  readonly window: Size;
}

/** Gram matrices of a window by group and layer, and what draws them toward others. */
export function gramParts(options: GramPartsOptions): StatisticsParts {
  const { encoder, layers, groups, window } = options;
  const pairs = Array.from({ length: groups }, (_, group) =>
    layers.map((layer) => [group, layer] as const),
  ).flat();
  const gram = (builder: GraphBuilder, activations: Activations, group: number, layer: string) => {
    const positions = areaOf(positionsOf(window, layerNamed(encoder, layer)));
    const weights = builder.input(weightsName(group, layer), 'float32', [1, positions]);
    return guidedGramMatrix(builder, activations.get(layer)!, weights);
  };
  return {
    measure: (builder, activations) =>
      Object.fromEntries(
        pairs.map(([group, layer]) => [
          gramName(group, layer),
          gram(builder, activations, group, layer),
        ]),
      ),
    pull: (builder, activations) =>
      pairs
        .map(([group, layer]): Value => {
          const { channels } = layerNamed(encoder, layer);
          const pull = builder.input(pullName(group, layer), 'float32', [channels, channels]);
          const product = multiply(builder, pull, gram(builder, activations, group, layer));
          return reduceSum(builder, product, { keepAxes: false });
        })
        .reduce((sum, term) => add(builder, sum, term)),
  };
}
