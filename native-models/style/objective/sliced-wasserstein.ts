import { areaOf, type Size } from '../picture.ts';
import { RandomStream } from '../../../foundation/random.ts';
import { coreWeights, frameFor, shareOf, type Share } from './tiling.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { add, multiply } from '../../ops/arithmetic.ts';
import { gemm } from '../../ops/products.ts';
import { reduceSum } from '../../ops/reductions.ts';
import type { StyleEncoder } from '../encoder.ts';
import { flatten, Transport } from '../losses.ts';
import {
  layerNamed,
  positionsOf,
  innerRegion,
  maskWeights,
  type StatisticsParts,
  type Frame,
  type Layer,
  type Scene,
  type Statistics,
} from './scene.ts';
import { float32 } from '../../graph/tensor.ts';
import type { NamedTensors } from '../../runtime/session.ts';
import type { TilePlan, Tile } from '../tiles.ts';

/** Positions of a layer of the bare picture, row by row; one may come several times. */
export type Positions = Int32Array;

/** @param weights probability of each position, summing to one; null: all alike */
export function drawPositions(
  random: RandomStream,
  count: number,
  available: number,
  weights: Float32Array | null,
): Positions {
  if (weights === null) return Int32Array.from({ length: count }, () => random.below(available));
  const drawn = Float64Array.from({ length: count }, () => random.uniform()).sort();
  const positions = new Int32Array(count);
  let [position, sum] = [0, weights[0]!];
  drawn.forEach((value, i) => {
    while (sum <= value && position < available - 1) sum += weights[++position]!;
    positions[i] = position;
  });
  return positions;
}

/**
 * Copies those columns of `values` [rows, positions of a window] that belong to the tile's core to
 * where `positions` have them: `target` is [rows, positions.length].
 */
export function gather(
  positions: Positions,
  width: number,
  { grid, core, origin }: Share,
  values: Float32Array,
  target: Float32Array,
): void {
  const area = areaOf(grid);
  const rows = values.length / area;
  positions.forEach((position, column) => {
    const x = (position % width) - origin.x;
    const y = Math.floor(position / width) - origin.y;
    if (x < 0 || y < 0 || x >= core.width || y >= core.height) return;
    const from = (core.y + y) * grid.width + core.x + x;
    for (let row = 0; row < rows; row++)
      target[row * positions.length + column] = values[row * area + from]!;
  });
}

/** Directions, and so projections, of each layer at one step. */
export const DIRECTIONS = 32;
/** Positions of a picture, and of each group of styles, that stand for all of them. */
export const SAMPLES = 4096;

const directionsName = (layer: string): string => `directions_${layer}`;
const projectedName = (layer: string): string => `projected_${layer}`;
export const sampleName = (group: number, layer: string): string => `sample_${group}_${layer}`;
const styledName = (group: number, layer: string): string => `styled_${group}_${layer}`;
/** ∂J by the projections of a layer. */
const seedName = (layer: string): string => `seed_${layer}`;

interface SwdPartsOptions {
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

interface Group {
  readonly number: number;
  /** Share of the style loss at this layer. */
  readonly weight: number;
  /** What positions count; null: all the same. */
  readonly mask: Float32Array | null;
  /** Activations of the styles, [C, SAMPLES]. */
  readonly sample: Float32Array;
  /** Of the picture at the sampled positions, [DIRECTIONS, SAMPLES]. */
  readonly projections: Float32Array;
  positions: Positions;
  /** Of the sample, [DIRECTIONS, SAMPLES]. */
  styled: Float32Array;
  transports: readonly Transport[];
}

interface Entry {
  readonly layer: Layer;
  readonly groups: readonly Group[];
  directions: Float32Array;
}

/**
 * Sliced-Wasserstein statistics (Heitz et al., "A Sliced Wasserstein Loss for Neural Texture
 * Synthesis", 2021): projected on random directions, which are others at every step, activations of
 * the painting are to be distributed as those of the styles. Distributions are known from samples;
 * every position moves.
 */
export class SwdStatistics implements Statistics {
  readonly parts: StatisticsParts;
  readonly looksTwice = true;
  readonly #entries: readonly Entry[];
  readonly #frame: Frame;
  readonly #scene: Scene;

  /** @param samples by `sampleName`, float32[C, SAMPLES] */
  constructor(scene: Scene, window: Size, samples: NamedTensors) {
    const { encoder, recipe, groups } = scene;
    const layers = recipe.styleLayers.map(({ layer }) => layer);
    this.parts = swdParts({ encoder, layers, window, groups: groups.length });
    this.#scene = scene;
    this.#frame = frameFor(encoder, recipe, scene.content);
    this.#entries = recipe.styleLayers.map((styled): Entry => ({
      layer: layerNamed(encoder, styled.layer),
      directions: new Float32Array(),
      groups: groups.map(({ mask, weight }, number) => ({
        number,
        weight: weight * styled.weight,
        mask: mask === null ? null : maskWeights(scene, mask, styled.layer),
        sample: samples[sampleName(number, styled.layer)]!.data as Float32Array,
        projections: new Float32Array(DIRECTIONS * SAMPLES),
        positions: new Int32Array(),
        styled: new Float32Array(),
        transports: [],
      })),
    }));
  }

  begin(step: number): void {
    const { seed } = this.#scene;
    for (const entry of this.#entries) {
      const { layer } = entry;
      entry.directions = drawDirections(layer, new RandomStream(seed, `swd/${layer.name}`, step));
      for (const group of entry.groups) {
        const random = new RandomStream(seed, `swd/${layer.name}/${group.number}`, step);
        const grid = innerRegion(this.#frame, layer);
        group.positions = drawPositions(random, SAMPLES, areaOf(grid), group.mask);
      }
    }
  }

  measureFeeds(): NamedTensors {
    const samples = this.#entries.flatMap(({ layer, groups }) =>
      groups.map(
        ({ number, sample }) =>
          [sampleName(number, layer.name), float32([layer.channels, SAMPLES], sample)] as const,
      ),
    );
    return { ...this.#directionFeeds(), ...Object.fromEntries(samples) };
  }

  take(plan: TilePlan, tile: Tile, measured: NamedTensors): void {
    for (const { layer, groups } of this.#entries) {
      const share = shareOf(this.#frame, plan, tile, layer);
      const projected = measured[projectedName(layer.name)]!.data as Float32Array;
      const { width } = innerRegion(this.#frame, layer);
      for (const group of groups) {
        gather(group.positions, width, share, projected, group.projections);
        group.styled = measured[styledName(group.number, layer.name)]!.data as Float32Array;
      }
    }
  }

  settle(): number {
    let loss = 0;
    for (const { groups } of this.#entries)
      for (const group of groups) {
        group.transports = Array.from({ length: DIRECTIONS }, (_, direction) => {
          const range = [direction * SAMPLES, (direction + 1) * SAMPLES] as const;
          return new Transport(group.projections.slice(...range), group.styled.slice(...range));
        });
        loss += group.weight * relativeCost(group.transports);
      }
    return loss;
  }

  pullFeeds(plan: TilePlan, tile: Tile, measured: NamedTensors): NamedTensors {
    const seeds = this.#entries.map((entry) => {
      const { name } = entry.layer;
      const projected = measured[projectedName(name)]!.data as Float32Array;
      const seed = this.#seedOf(entry, plan, tile, projected);
      return [seedName(name), float32([DIRECTIONS, seed.length / DIRECTIONS], seed)] as const;
    });
    return { ...this.#directionFeeds(), ...Object.fromEntries(seeds) };
  }

  #directionFeeds(): NamedTensors {
    return Object.fromEntries(
      this.#entries.map(({ layer, directions }) => [
        directionsName(layer.name),
        float32([DIRECTIONS, layer.channels], directions),
      ]),
    );
  }

  /** −2 · weight · way at every position that counts. */
  #seedOf(
    { layer, groups }: Entry,
    plan: TilePlan,
    tile: Tile,
    projected: Float32Array,
  ): Float32Array {
    const { recipe, content } = this.#scene;
    const share = shareOf(this.#frame, plan, tile, layer);
    const { width, height } = innerRegion(this.#frame, layer);
    const positions = areaOf(share.grid);
    const seed = new Float32Array(DIRECTIONS * positions);
    for (const { mask, weight, transports } of groups) {
      const even = 1 / (width * height);
      const counted = coreWeights(share, mask === null ? even : { values: mask, width });
      const scale = (recipe.weights.style * areaOf(content) * weight) / energyOf(transports);
      transports.forEach((transport, direction) => {
        const start = direction * positions;
        for (let i = 0; i < positions; i++)
          if (counted[i]! > 0)
            seed[start + i]! -= 2 * scale * counted[i]! * transport.way(projected[start + i]!);
      });
    }
    return seed;
  }
}

const energyOf = (transports: readonly Transport[]): number =>
  Math.max(
    transports.reduce((sum, { energy }) => sum + energy, 0),
    Number.MIN_VALUE,
  );

const relativeCost = (transports: readonly Transport[]): number =>
  transports.reduce((sum, { cost }) => sum + cost, 0) / energyOf(transports);

/** Unit vectors in the space of a layer's channels, one after another. */
function drawDirections({ channels }: Layer, random: RandomStream): Float32Array {
  const directions = new Float32Array(DIRECTIONS * channels);
  for (let start = 0; start < directions.length; start += channels) {
    const vector = Float64Array.from({ length: channels }, () => random.normal());
    const norm = Math.hypot(...vector);
    for (let i = 0; i < channels; i++) directions[start + i] = vector[i]! / norm;
  }
  return directions;
}
