import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import type { NamedTensors } from '../../runtime/tensor.ts';
import type { TilePlan } from '../tiles/plan.ts';
import type { Tile } from '../tiles/tiles.ts';

/** Activations of a window by layer. */
export type Activations = ReadonlyMap<string, Value>;

/**
 * What is compared with the styles, gathered tile by tile. A step has two passes: the first measures
 * the whole picture, the second pulls every tile toward the styles with what is then known.
 */
export interface Statistics {
  readonly parts: StatisticsParts;
  /** Whether the second pass needs a tile measured once more. */
  readonly looksTwice: boolean;
  /** Forgets the last picture. */
  begin(step: number): void;
  measureFeeds(plan: TilePlan, tile: Tile): NamedTensors;
  take(plan: TilePlan, tile: Tile, measured: NamedTensors): void;
  /** The style loss, once all tiles have been taken. */
  settle(): number;
  /** @param measured of this tile */
  pullFeeds(plan: TilePlan, tile: Tile, measured: NamedTensors): NamedTensors;
}

/** The same, as parts of graphs over a window. */
export interface StatisticsParts {
  /** What the first pass computes, by name. */
  measure(builder: GraphBuilder, activations: Activations): Readonly<Record<string, Value>>;
  /** A scalar whose derivative by the picture is that of the style loss. */
  pull(builder: GraphBuilder, activations: Activations): Value;
}
