import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { add } from '../../ops/add.ts';
import { gemm } from '../../ops/gemm.ts';
import { multiply } from '../../ops/multiply.ts';
import { reduceSum } from '../../ops/reduce-sum.ts';
import type { StyleEncoder } from '../encoder.ts';
import { flatten } from '../losses/gram.ts';
import { areaOf, type Size } from '../picture.ts';
import { layerNamed, positionsOf } from './layers.ts';
import type { StatisticsParts } from './statistics.ts';

/** Directions, and so projections, of each layer at one step. */
export const DIRECTIONS = 32;
/** Positions of a picture, and of each group of styles, that stand for all of them. */
export const SAMPLES = 4096;

export const directionsName = (layer: string): string => `directions_${layer}`;
export const projectedName = (layer: string): string => `projected_${layer}`;
export const sampleName = (group: number, layer: string): string => `sample_${group}_${layer}`;
export const styledName = (group: number, layer: string): string => `styled_${group}_${layer}`;
/** ∂J by the projections of a layer. */
export const seedName = (layer: string): string => `seed_${layer}`;

export interface SwdPartsOptions {
  readonly encoder: StyleEncoder;
  readonly layers: readonly string[];
  readonly groups: number;
  readonly window: Size;
}

/** Projections of activations on directions, and what moves them. */
export function swdParts({ encoder, layers, groups, window }: SwdPartsOptions): StatisticsParts {
  const directions = (builder: GraphBuilder, layer: string) => {
    const shape = [DIRECTIONS, layerNamed(encoder, layer).channels];
    return builder.input(directionsName(layer), 'float32', shape);
  };
  const styled = (builder: GraphBuilder, layer: string, along: Value) =>
    Array.from({ length: groups }, (_, group) => {
      const shape = [layerNamed(encoder, layer).channels, SAMPLES];
      const sample = builder.input(sampleName(group, layer), 'float32', shape);
      return [styledName(group, layer), gemm(builder, along, sample)] as const;
    });
  return {
    measure: (builder, activations) =>
      Object.fromEntries(
        layers.flatMap((layer) => {
          const along = directions(builder, layer);
          const projected = gemm(builder, along, flatten(builder, activations.get(layer)!));
          return [[projectedName(layer), projected] as const, ...styled(builder, layer, along)];
        }),
      ),
    pull: (builder, activations) =>
      layers
        .map((layer) => {
          const positions = areaOf(positionsOf(window, layerNamed(encoder, layer)));
          const seed = builder.input(seedName(layer), 'float32', [DIRECTIONS, positions]);
          const flat = flatten(builder, activations.get(layer)!);
          const projected = gemm(builder, directions(builder, layer), flat);
          return reduceSum(builder, multiply(builder, seed, projected), { keepAxes: false });
        })
        .reduce((sum, term) => add(builder, sum, term)),
  };
}
