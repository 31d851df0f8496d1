import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { add, multiply } from '../../ops/arithmetic.ts';
import { reduceSum } from '../../ops/reductions.ts';
import type { StyleEncoder } from '../encoder.ts';
import { guidedGramMatrix } from '../losses.ts';
import { areaOf, type Size } from '../picture.ts';
import {
  layerNamed,
  positionsOf,
  gramName,
  pullName,
  weightsName,
  energy,
  maskWeights,
  type Activations,
  type StatisticsParts,
  type Frame,
  type Layer,
  type Scene,
  type Statistics,
} from './scene.ts';
import { float32 } from '../../graph/tensor.ts';
import type { NamedTensors } from '../../runtime/session.ts';
import type { TilePlan, Tile } from '../tiles.ts';
import { coreWeights, frameFor, shareOf } from './tiling.ts';

interface GramPartsOptions {
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

interface Entry {
  readonly group: number;
  readonly layer: Layer;
  /** Share of the style loss, over what its distance is relative to. */
  readonly weight: number;
  readonly target: Float32Array;
  /** What positions count; null: all the same. */
  readonly mask: Float32Array | null;
  readonly sum: Float32Array;
}

/** Gram matrices accumulated over tiles; their pull is ∂J/∂Gram, the same for all tiles. */
export class GramStatistics implements Statistics {
  readonly parts: StatisticsParts;
  readonly looksTwice = false;
  readonly #entries: readonly Entry[];
  readonly #frame: Frame;
  readonly #strength: number;

  /** @param targets by `gramName` */
  constructor(scene: Scene, window: Size, targets: NamedTensors) {
    const { encoder, recipe, groups, content } = scene;
    const layers = recipe.styleLayers.map(({ layer }) => layer);
    this.parts = gramParts({ encoder, layers, window, groups: groups.length });
    this.#frame = frameFor(encoder, recipe, content);
    this.#strength = recipe.weights.style * areaOf(content);
    this.#entries = groups.flatMap(({ mask, weight }, group) =>
      recipe.styleLayers.map((styled): Entry => {
        const target = targets[gramName(group, styled.layer)]!.data as Float32Array;
        return {
          group,
          target,
          sum: new Float32Array(target.length),
          layer: layerNamed(encoder, styled.layer),
          weight: (weight * styled.weight) / energy(target),
          mask: mask === null ? null : maskWeights(scene, mask, styled.layer),
        };
      }),
    );
  }

  begin(): void {
    for (const { sum } of this.#entries) sum.fill(0);
  }

  measureFeeds(plan: TilePlan, tile: Tile): NamedTensors {
    return Object.fromEntries(
      this.#entries.map(({ group, layer, mask }) => {
        const { width, height } = positionsOf(this.#frame.picture, layer);
        const weights = mask === null ? 1 / (width * height) : { values: mask, width };
        const counted = coreWeights(shareOf(this.#frame, plan, tile, layer), weights);
        return [weightsName(group, layer.name), float32([1, counted.length], counted)];
      }),
    );
  }

  take(_: TilePlan, __: Tile, measured: NamedTensors): void {
    for (const { group, layer, sum } of this.#entries) {
      const gram = measured[gramName(group, layer.name)]!.data as Float32Array;
      for (let i = 0; i < sum.length; i++) sum[i]! += gram[i]!;
    }
  }

  settle(): number {
    return this.#entries.reduce(
      (loss, { weight, sum, target }) => loss + weight * distance(sum, target),
      0,
    );
  }

  pullFeeds(plan: TilePlan, tile: Tile): NamedTensors {
    const pulls = this.#entries.map(({ group, layer, weight, sum, target }) => {
      const factor = 2 * this.#strength * weight;
      const pull = sum.map((value, i) => factor * (value - target[i]!));
      const shape = [layer.channels, layer.channels];
      return [pullName(group, layer.name), float32(shape, pull)] as const;
    });
    return { ...Object.fromEntries(pulls), ...this.measureFeeds(plan, tile) };
  }
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
