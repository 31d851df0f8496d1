import { totalmem } from 'node:os';
import type { Graph } from '../graph/graph.ts';
import { gramParts } from './objective/gram-parts.ts';
import { outerSize } from './objective/frame.ts';
import type { Scene } from './objective/scene.ts';
import { swdParts } from './objective/swd-parts.ts';
import { measureGraph, pullGraph } from './objective/tile-graphs.ts';
import { frameFor, isWhole, tilingOf } from './objective/tiling.ts';
import { wholeGraph } from './objective/whole-graph.ts';
import type { PaintingOrder } from './painter.ts';
import { areaOf, type Size } from './picture.ts';
import { largestCore } from './prediction/budget.ts';
import { predictBytes, type PaintingStep } from './prediction/predict.ts';
import { workOf } from './prediction/work.ts';
import type { TilePlan } from './tiles/plan.ts';
import { tilesOf } from './tiles/tiles.ts';

/**
 * Resident bytes of the studio beside graphs and pictures, measured at the later sizes of a pyramid:
 * Node.js, the libraries and the encoder (150 MB), and what former sizes leave in pieces.
 */
export const BASE_BYTES = 225e6;

/** What each step at one size asks of the machine. */
export interface Workload {
  readonly tiles: number;
  readonly step: PaintingStep;
}

/** Of a scene whose tiles are as large as it says. */
export function workAt(scene: Scene, picture: Size, order: PaintingOrder): Workload {
  const frame = frameFor(scene.encoder, scene.recipe, picture);
  const plan = tilingOf(scene.encoder, scene.recipe, outerSize(frame), scene.largestCore);
  const tiles = tilesOf(plan, scene.seed, 0).length;
  const graphs =
    scene.loss === 'gram' && isWhole(plan)
      ? [wholeGraphOf(scene, picture)]
      : tileGraphs(scene, plan);
  const step = {
    passes: graphs.map((graph) => ({ work: workOf(graph), runs: tiles })),
    picture,
    optimizer: order.settings.optimizer,
    pictures: picturesHeld(order, picture, isWhole(plan)),
  };
  return { tiles, step };
}

/**
 * The largest tiles that keep to the budget at the last size. Follows from the order and the machine
 * alone, so that a painting that goes on is cut as it was.
 *
 * @throws LikenessError memory_insufficient
 */
export function coreWithin(scene: Scene, order: PaintingOrder): number {
  const { memoryBudgetMb } = order.settings;
  const { width, height } = outerSize(frameFor(scene.encoder, scene.recipe, order.content));
  const machine = { baseBytes: BASE_BYTES, gigaflopsPerSecond: Infinity };
  return largestCore({
    budgetBytes: memoryBudgetMb === undefined ? totalmem() / 2 : memoryBudgetMb * 1e6,
    longerSide: Math.max(width, height),
    unit: CORE_UNIT,
    bytesFor: (core) => {
      const cut = { ...scene, largestCore: core };
      return predictBytes(workAt(cut, order.content, order).step, machine);
    },
  });
}

/** Pixels; a multiple of the stride of any encoder. */
const CORE_UNIT = 32;

/**
 * Pictures of this size beside the optimizer's: the content, the painting and its gradient, both
 * once more in the frame, the finished or shown one; in tiles the framed content; and the styles.
 */
function picturesHeld({ styles }: PaintingOrder, picture: Size, whole: boolean): number {
  const pixels = styles.reduce((sum, style) => sum + areaOf(style.picture), 0);
  return (whole ? 6 : 7) + pixels / areaOf(picture);
}

function wholeGraphOf({ encoder, recipe, groups }: Scene, picture: Size): Graph {
  return wholeGraph({
    ...{ encoder, recipe, frame: frameFor(encoder, recipe, picture) },
    groups: groups.map(({ weight, mask }) => ({ weight, masked: mask !== null })),
    unitOf: () => 1,
  });
}

function tileGraphs(scene: Scene, plan: TilePlan): readonly Graph[] {
  const { encoder, recipe, groups, loss } = scene;
  const { window } = plan;
  const layers = recipe.styleLayers.map(({ layer }) => layer);
  const options = { encoder, layers, window, groups: groups.length };
  const parts = loss === 'gram' ? gramParts(options) : swdParts(options);
  const { contentLayer } = recipe;
  const pull = { ...{ encoder, window, contentLayer, parts }, contentWeight: 1 };
  const contentAs = isWhole(plan) ? 'activation' : 'picture';
  return [measureGraph(encoder, window, parts), pullGraph({ ...pull, contentAs })];
}
