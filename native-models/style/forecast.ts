import { totalmem } from 'node:os';
import { LikenessError } from '../../contract/errors.ts';
import { peakActivationBytes } from '../graph/print.ts';
import type { Graph } from '../graph/graph.ts';
import { bytesPerElement, float32 } from '../graph/tensor.ts';
import { countFlops } from '../ops/flops.ts';
import { operators } from '../ops/registry.ts';
import { vectorsHeld } from './optimizers/create.ts';
import type { OptimizerKind } from './optimizers/optimizer.ts';
import { areaOf, type Size } from './picture.ts';
import { gramParts } from './objective/gram.ts';
import { outerSize, groupStyles, layerNamed, type Scene } from './objective/scene.ts';
import { swdParts } from './objective/sliced-wasserstein.ts';
import { measureGraph, pullGraph } from './objective/targets.ts';
import { frameFor, isWhole, tilingOf } from './objective/tiling.ts';
import { wholeGraph } from './objective/whole.ts';
import { recipeFor, type PaintingOrder, type PaintingForecast } from './painter.ts';
import { tilesOf, type TilePlan } from './tiles.ts';
import { withGraph, type Runtime } from '../runtime/runtime.ts';
import type { NamedTensors } from '../runtime/session.ts';
import { concreteShape } from '../graph/rewrite.ts';
import { matchColors } from './color.ts';
import { scheduleOf, workOf, type Level, type PacedLevel } from './pace.ts';

interface TileSearch {
  readonly budgetBytes: number;
  /** Longer side of the picture: a core of this size is the whole. */
  readonly longerSide: number;
  /** Cores are tried in multiples of this many pixels; at least the encoder's stride. */
  readonly unit: number;
  /** Predicted memory with cores of at most this side; must not fall as they grow. */
  readonly bytesFor: (core: number) => number;
}

/**
 * The side of the largest tile core, or of the whole picture, that keeps to the budget. Throws
 * `memory_insufficient` where even the smallest does not, naming the least budget that would do.
 */
export function largestCore({ budgetBytes, longerSide, unit, bytesFor }: TileSearch): number {
  const fits = (core: number) => bytesFor(core) <= budgetBytes;
  if (fits(longerSide)) return longerSide;
  let good = 0;
  let bad = Math.ceil(longerSide / unit);
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fits(middle * unit)) good = middle;
    else bad = middle;
  }
  if (good > 0) return good * unit;
  throw insufficient(bytesFor(Math.min(unit, longerSide)), budgetBytes);
}

function insufficient(neededBytes: number, budgetBytes: number): LikenessError {
  const [needed, budget] = [neededBytes, budgetBytes].map((bytes) => Math.ceil(bytes / 1e6));
  return new LikenessError(
    'memory_insufficient',
    `The painting needs at least ${needed} MB, even in the smallest tiles, but may take ${budget} ` +
      'MB. Allow more memory, paint smaller, or use the Adam optimizer, which remembers less.',
    { details: { neededMb: needed, budgetMb: budget } },
  );
}

/** What a graph of known sizes asks of the machine. */
interface GraphWork {
  /** Floating-point operations of one run. */
  readonly flops: number;
  /** Inputs and computed values that exist at once, at most. */
  readonly activationBytes: number;
  readonly constantBytes: number;
}

/** Throws `unknown_dimension` where a size is open. */
export function costOf(graph: Graph): GraphWork {
  let constantBytes = 0;
  for (const { type, data } of graph.constants.values())
    constantBytes += data.length * bytesPerElement[type];
  return {
    flops: countFlops(graph, operators),
    activationBytes: peakActivationBytes(graph),
    constantBytes,
  };
}

/** A graph that is loaded while the picture is painted. */
interface Pass {
  readonly work: GraphWork;
  /** Times per step: the number of tiles, or one. */
  readonly runs: number;
}

/** One size of the pyramid. */
export interface PaintingStep {
  readonly passes: readonly Pass[];
  readonly picture: Size;
  readonly optimizer: OptimizerKind;
  /** Pictures of this size in memory beside the optimizer's: the painting, its gradient, … */
  readonly pictures: number;
}

export interface Machine {
  /** Resident bytes of the process before anything of the painting is loaded. */
  readonly baseBytes: number;
  /** 10⁹ operations per second in convolutions, from a short run on this machine. */
  readonly gigaflopsPerSecond: number;
}

/*
 * What ONNX Runtime 1.30 takes on the CPU without memory patterns: 33 MB once, and so many times the
 * constants (the model's bytes, their tensors, and these laid out anew for convolutions) and the
 * activations, which it never gives back. Fitted to whole paintings in tiles with VGG-19 and the filter
 * bank, 900 to 3000 pixels in 600 to 1500 MB: within 9 % of their peaks.
 */
const RUNTIME_BYTES = 33 * 2 ** 20;
const CONSTANT_SHARE = 3.2;
const ACTIVATION_SHARE = 1.15;

/** Peak resident memory while painting at this size, in bytes. */
export function predictBytes(step: PaintingStep, { baseBytes }: Machine): number {
  const { passes, picture, optimizer, pictures } = step;
  const vector = 3 * picture.width * picture.height * Float32Array.BYTES_PER_ELEMENT;
  const graphs = passes.reduce(
    (sum, { work }) =>
      sum + CONSTANT_SHARE * work.constantBytes + ACTIVATION_SHARE * work.activationBytes,
    0,
  );
  return baseBytes + RUNTIME_BYTES + graphs + (vectorsHeld(optimizer) + pictures) * vector;
}

/** Seconds per step; what is no convolution or matrix product is not counted. */
export function predictSeconds({ passes }: PaintingStep, { gigaflopsPerSecond }: Machine): number {
  const flops = passes.reduce((sum, { work, runs }) => sum + work.flops * runs, 0);
  return flops / (gigaflopsPerSecond * 1e9);
}

/**
 * Resident bytes of the studio beside graphs and pictures, measured at the later sizes of a pyramid:
 * Node.js, the libraries and the encoder (150 MB), and what former sizes leave in pieces.
 */
const BASE_BYTES = 225e6;

/** What each step at one size asks of the machine. */
export interface Workload {
  readonly tiles: number;
  readonly step: PaintingStep;
}

/** Of a scene whose tiles are as large as it says. */
function workAt(scene: Scene, picture: Size, order: PaintingOrder): Workload {
  const frame = frameFor(scene.encoder, scene.recipe, picture);
  const plan = tilingOf(scene.encoder, scene.recipe, outerSize(frame), scene.largestCore);
  const tiles = tilesOf(plan, scene.seed, 0).length;
  const graphs =
    scene.loss === 'gram' && isWhole(plan)
      ? [wholeGraphOf(scene, picture)]
      : tileGraphs(scene, plan);
  const step = {
    passes: graphs.map((graph) => ({ work: costOf(graph), runs: tiles })),
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
function coreWithin(scene: Scene, order: PaintingOrder): number {
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
    encoder,
    recipe,
    frame: frameFor(encoder, recipe, picture),
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
  const pull = { encoder, window, contentLayer, parts, contentWeight: 1 };
  const contentAs = isWhole(plan) ? 'activation' : 'picture';
  return [measureGraph(encoder, window, parts), pullGraph({ ...pull, contentAs })];
}

/** Large enough that all cores have their share, small enough for a fraction of a second. */
const SIDE = 128;
const RUNS = 3;

const measured = new WeakMap<Runtime, Map<string, number>>();

/** 10⁹ operations per second of a step with this encoder on this machine; measured once. */
export async function speedOf(runtime: Runtime, scene: Scene): Promise<number> {
  const speeds = measured.get(runtime) ?? new Map<string, number>();
  measured.set(runtime, speeds);
  const { encoder, recipe } = scene;
  const size = { width: SIDE, height: SIDE };
  const groups = [{ weight: 1, masked: false }];
  const frame = frameFor(encoder, recipe, size);
  const graph = wholeGraph({ encoder, recipe, frame, groups, unitOf: () => 1 });
  const key = `${encoder.manifest.id} ${JSON.stringify(recipe)}`;
  const speed = speeds.get(key) ?? (await measure(runtime, graph));
  speeds.set(key, speed);
  return speed;
}

async function measure(runtime: Runtime, graph: Graph): Promise<number> {
  const feeds = someInputs(graph);
  const seconds: number[] = [];
  await withGraph(runtime, graph, async (session) => {
    for (let run = 0; run <= RUNS; run++) {
      const began = performance.now();
      await session.run(feeds);
      seconds.push((performance.now() - began) / 1000);
    }
  });
  return costOf(graph).flops / Math.min(...seconds) / 1e9;
}

function someInputs({ inputs }: Graph): NamedTensors {
  const filled = inputs.map((value) => {
    const shape = concreteShape(value);
    const length = shape.reduce((product, extent) => product * extent, 1);
    return [value.name, float32(shape, new Float32Array(length).fill(0.5))] as const;
  });
  return Object.fromEntries(filled);
}

/** What follows from an order before anything is computed. */
export interface PaintingPlan {
  readonly scene: Scene;
  readonly levels: readonly Level[];
}

/** Positions of the deepest layer that a side must have, for statistics to say anything. */
const FEWEST_POSITIONS = 4;

/** @throws LikenessError image_too_small, layer_unknown, memory_insufficient */
export function planPainting(order: PaintingOrder): PaintingPlan {
  const { content, encoder, settings } = order;
  const recipe = recipeFor(encoder, settings);
  const used = [recipe.contentLayer, ...recipe.styleLayers.map(({ layer }) => layer)];
  const stride = Math.max(...used.map((layer) => layerNamed(encoder, layer).stride));
  const matched = settings.keepColors === 'match';
  const styles = order.styles.map(({ picture, ...style }) => ({
    ...style,
    picture: matched ? matchColors(picture, content) : picture,
  }));
  const levels = scheduleOf(content, settings.steps, FEWEST_POSITIONS * stride);
  const scene = {
    encoder,
    recipe,
    content,
    styleScale: settings.styleScale,
    seed: settings.seed,
    loss: settings.loss,
    groups: groupStyles(styles),
    largestCore: Infinity,
  };
  return { levels, scene: { ...scene, largestCore: coreWithin(scene, order) } };
}

/** As `Painter.forecast` says. */
export async function forecastPainting(
  runtime: Runtime,
  order: PaintingOrder,
): Promise<PaintingForecast> {
  const plan = planPainting(order);
  const { levels, scene } = plan;
  const last = workAt(scene, levels.at(-1)!.size, order);
  return {
    steps: levels.reduce((sum, { steps }) => sum + steps, 0),
    tiles: last.tiles,
    memoryBytes: predictBytes(last.step, { baseBytes: BASE_BYTES, gigaflopsPerSecond: Infinity }),
    seconds: workOf(await pacedLevels(runtime, order, plan)),
  };
}

/** What each size of a painting costs on this machine; its speed is measured once. */
export async function pacedLevels(
  runtime: Runtime,
  order: PaintingOrder,
  { levels, scene }: PaintingPlan,
): Promise<readonly PacedLevel[]> {
  const gigaflopsPerSecond = await speedOf(runtime, scene);
  const machine = { baseBytes: BASE_BYTES, gigaflopsPerSecond };
  return levels.map(({ size, steps }) => ({
    steps,
    secondsPerStep: predictSeconds(workAt(scene, size, order).step, machine),
  }));
}
