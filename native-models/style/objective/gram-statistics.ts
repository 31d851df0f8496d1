import { float32 } from '../../graph/tensor.ts';
import type { NamedTensors } from '../../runtime/tensor.ts';
import { areaOf, type Size } from '../picture.ts';
import type { TilePlan } from '../tiles/plan.ts';
import type { Tile } from '../tiles/tiles.ts';
import { energy } from './energy.ts';
import type { Frame } from './frame.ts';
import { gramParts } from './gram-parts.ts';
import { layerNamed, positionsOf, type Layer } from './layers.ts';
import { gramName, pullName, weightsName } from './names.ts';
import { maskWeights, type Scene } from './scene.ts';
import type { Statistics, StatisticsParts } from './statistics.ts';
import { coreWeights, frameFor, shareOf } from './tiling.ts';

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
          ...{ group, target, sum: new Float32Array(target.length) },
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
