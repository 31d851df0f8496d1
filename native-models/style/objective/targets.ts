import { gradient } from '../../autodiff/gradient.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { add, multiply, subtract } from '../../ops/arithmetic.ts';
import { operators } from '../../ops/registry.ts';
import { reduceSumSquare } from '../../ops/reductions.ts';
import { encode, type StyleEncoder } from '../encoder.ts';
import { weightedSum } from '../losses.ts';
import { areaOf, blankPicture, type Size, type Picture } from '../picture.ts';
import {
  layerNamed,
  positionsOf,
  CONTENT,
  CONTENT_TARGET,
  CORE,
  IMAGE,
  fillFrame,
  outerSize,
  gramName,
  weightsName,
  type StatisticsParts,
  type Frame,
  type Layer,
  type Activations,
  type Scene,
  type StyleGroup,
} from './scene.ts';
import { float32, type TensorOf } from '../../graph/tensor.ts';
import { withGraph, type Runtime } from '../../runtime/runtime.ts';
import type { NamedTensors } from '../../runtime/session.ts';
import { RandomStream } from '../../../foundation/random.ts';
import { tilesOf, type TilePlan, type Tile } from '../tiles.ts';
import { gramParts } from './gram.ts';
import { drawPositions, gather, sampleName, SAMPLES } from './sliced-wasserstein.ts';
import { coreWeights, frameFor, shareOf, tilingOf, windowTensor } from './tiling.ts';

/** A window of a picture: float32[1, 3, height, width]. */
function windowInput(builder: GraphBuilder, name: string, { width, height }: Size): Value {
  return builder.input(name, 'float32', [1, 3, height, width]);
}

/** The first pass over a window. */
export function measureGraph(
  encoder: StyleEncoder,
  window: Size,
  parts: Pick<StatisticsParts, 'measure'>,
): Graph {
  const builder = new GraphBuilder('measure', operators);
  const image = windowInput(builder, IMAGE, window);
  return builder.build(parts.measure(builder, encode(builder, encoder, image)));
}

interface PullGraphOptions {
  readonly encoder: StyleEncoder;
  readonly window: Size;
  readonly contentLayer: string;
  /** What the derivative of the content's squared distance is multiplied by. */
  readonly contentWeight: number;
  /** Whether the content comes as its activation, or as a picture that is to be encoded each time. */
  readonly contentAs: 'activation' | 'picture';
  readonly parts: StatisticsParts;
}

/** The second pass: the content's squared distance in the core, and the derivative by the window. */
export function pullGraph(options: PullGraphOptions): Graph {
  const { encoder, window, contentLayer, parts } = options;
  const builder = new GraphBuilder('pull', operators);
  const target = contentTarget(builder, options);
  const activations = encode(builder, encoder, windowInput(builder, IMAGE, window));
  const features = activations.get(contentLayer)!;
  const distance = coreEnergy(builder, subtract(builder, features, target), options);
  const weighted = weightedSum(builder, [[options.contentWeight, distance]]);
  const loss = add(builder, weighted, parts.pull(builder, activations));
  const graph = builder.build({ loss, [CONTENT]: distance });
  return gradient(graph, { loss: 'loss', variables: [IMAGE], keep: [CONTENT], operators });
}

/** Σ activation² over the core of a window of the content: what its distance is relative to. */
export function energyGraph(encoder: StyleEncoder, window: Size, contentLayer: string): Graph {
  const builder = new GraphBuilder('energy', operators);
  const activations = encode(builder, encoder, windowInput(builder, IMAGE, window));
  const features = activations.get(contentLayer)!;
  return builder.build({
    [CONTENT]: coreEnergy(builder, features, { encoder, window, contentLayer }),
  });
}

function contentTarget(
  builder: GraphBuilder,
  { encoder, window, contentLayer, contentAs }: PullGraphOptions,
): Value {
  if (contentAs === 'picture') {
    const picture = windowInput(builder, CONTENT_TARGET, window);
    return encode(builder, encoder, picture, 'content_').get(contentLayer)!;
  }
  const layer = layerNamed(encoder, contentLayer);
  const { width, height } = positionsOf(window, layer);
  return builder.input(CONTENT_TARGET, 'float32', [1, layer.channels, height, width]);
}

type GraphPlace = Pick<PullGraphOptions, 'encoder' | 'window' | 'contentLayer'>;

function coreEnergy(
  builder: GraphBuilder,
  features: Value,
  { encoder, window, contentLayer }: GraphPlace,
): Value {
  const { width, height } = positionsOf(window, layerNamed(encoder, contentLayer));
  const core = builder.input(CORE, 'float32', [1, 1, height, width]);
  return reduceSumSquare(builder, multiply(builder, features, core), { keepAxes: false });
}

/** A picture in its frame. */
export function framed(frame: Frame, picture: Picture): Picture {
  const outer = blankPicture(outerSize(frame));
  fillFrame(frame, picture, outer);
  return outer;
}

/** The activation of one layer for a whole picture, [1, C, H, W]. */
export async function activationOf(
  runtime: Runtime,
  encoder: StyleEncoder,
  { width, height, data }: Picture,
  layer: string,
): Promise<TensorOf<'float32'>> {
  const builder = new GraphBuilder('activation', operators);
  const image = builder.input(IMAGE, 'float32', [1, 3, height, width]);
  const graph = builder.build({ [layer]: encode(builder, encoder, image).get(layer)! });
  return withGraph(runtime, graph, async (session) => {
    const outputs = await session.run({ [IMAGE]: float32([1, 3, height, width], data) });
    return outputs[layer] as TensorOf<'float32'>;
  });
}

/** The Gram matrices of a picture by layer, computed in tiles where it is large. */
export async function gramsOf(
  runtime: Runtime,
  scene: Scene,
  picture: Picture,
): Promise<ReadonlyMap<string, Float32Array>> {
  const layers = styleLayersOf(scene);
  const sums = new Map(
    layers.map(({ name, channels }) => [name, new Float32Array(channels ** 2)] as const),
  );
  const place = placeOf(scene, picture);
  const names = layers.map(({ name }) => name);
  const { encoder } = scene;
  const parts = gramParts({ encoder, layers: names, groups: 1, window: place.plan.window });
  const feedsOf = (tile: Tile) => {
    const feeds = layers.map((layer) => {
      const mean = 1 / areaOf(positionsOf(picture, layer));
      const weights = coreWeights(shareOf(place.frame, place.plan, tile, layer), mean);
      return [weightsName(0, layer.name), float32([1, weights.length], weights)] as const;
    });
    return Object.fromEntries(feeds);
  };
  const graph = measureGraph(encoder, place.plan.window, parts);
  await eachWindow(runtime, graph, place, feedsOf, (_, measured) => {
    for (const [layer, sum] of sums) {
      const gram = measured[gramName(0, layer)]!.data as Float32Array;
      for (let i = 0; i < sum.length; i++) sum[i]! += gram[i]!;
    }
  });
  return sums;
}

/** Activations of a picture at positions drawn at random, by layer: [C, count]. */
async function samplesOf(
  runtime: Runtime,
  scene: Scene,
  picture: Picture,
  count: number,
): Promise<ReadonlyMap<string, Float32Array>> {
  const { encoder, seed } = scene;
  const place = placeOf(scene, picture);
  const layers = styleLayersOf(scene).map((layer) => {
    const grid = positionsOf(picture, layer);
    const random = new RandomStream(seed, `style/${layer.name}`);
    const positions = drawPositions(random, count, areaOf(grid), null);
    return { layer, grid, positions, sample: new Float32Array(layer.channels * count) };
  });
  const measure = (_: GraphBuilder, activations: Activations) =>
    Object.fromEntries(layers.map(({ layer: { name } }) => [name, activations.get(name)!]));
  const graph = measureGraph(encoder, place.plan.window, { measure });
  await eachWindow(
    runtime,
    graph,
    place,
    () => ({}),
    (tile, measured) => {
      for (const { layer, grid, positions, sample } of layers) {
        const share = shareOf(place.frame, place.plan, tile, layer);
        gather(positions, grid.width, share, measured[layer.name]!.data as Float32Array, sample);
      }
    },
  );
  return new Map(layers.map(({ layer, sample }) => [layer.name, sample]));
}

const styleLayersOf = ({ encoder, recipe }: Scene): readonly Layer[] =>
  recipe.styleLayers.map(({ layer }) => layerNamed(encoder, layer));

interface Place {
  readonly frame: Frame;
  readonly plan: TilePlan;
  readonly outer: Picture;
}

function placeOf({ encoder, recipe, largestCore }: Scene, picture: Picture): Place {
  const frame = frameFor(encoder, recipe, picture);
  const plan = tilingOf(encoder, recipe, outerSize(frame), largestCore);
  return { frame, plan, outer: framed(frame, picture) };
}

/** Runs a graph on every window of a picture. */
function eachWindow(
  runtime: Runtime,
  graph: Graph,
  { plan, outer }: Place,
  feedsOf: (tile: Tile) => NamedTensors,
  take: (tile: Tile, outputs: NamedTensors) => void,
): Promise<void> {
  return withGraph(runtime, graph, async (session) => {
    for (const tile of tilesOf(plan, 0, 0))
      take(tile, await session.run({ ...feedsOf(tile), [IMAGE]: windowTensor(outer, tile) }));
  });
}

/** The Gram matrices that each group of styles is to have, by `gramName`. */
export async function gramTargets(runtime: Runtime, scene: Scene): Promise<NamedTensors> {
  const { encoder, recipe } = scene;
  const targets: Record<string, NamedTensors[string]> = {};
  for (const [group, { styles }] of scene.groups.entries()) {
    const mixed = await mixedGrams(runtime, scene, styles);
    for (const { layer } of recipe.styleLayers) {
      const { channels } = layerNamed(encoder, layer);
      targets[gramName(group, layer)] = float32([channels, channels], mixed.get(layer)!);
    }
  }
  return targets;
}

/** Σ weight · Gram matrix. */
async function mixedGrams(
  runtime: Runtime,
  scene: Scene,
  styles: StyleGroup['styles'],
): Promise<ReadonlyMap<string, Float32Array>> {
  const mixed = new Map<string, Float32Array>();
  for (const { picture, weight } of styles)
    for (const [layer, gram] of await gramsOf(runtime, scene, picture)) {
      const sum = mixed.get(layer) ?? new Float32Array(gram.length);
      for (let i = 0; i < sum.length; i++) sum[i]! += weight * gram[i]!;
      mixed.set(layer, sum);
    }
  return mixed;
}

/** Activations that stand for each group of styles, by `sampleName`, float32[C, SAMPLES]. */
export async function sampleTargets(runtime: Runtime, scene: Scene): Promise<NamedTensors> {
  const targets: Record<string, NamedTensors[string]> = {};
  for (const [group, { styles }] of scene.groups.entries()) {
    const samples = await mixedSamples(runtime, scene, styles);
    for (const { layer } of scene.recipe.styleLayers) {
      const { channels } = layerNamed(scene.encoder, layer);
      targets[sampleName(group, layer)] = float32([channels, SAMPLES], samples.get(layer)!);
    }
  }
  return targets;
}

/** Of each style as many as its weight says. */
async function mixedSamples(
  runtime: Runtime,
  scene: Scene,
  styles: StyleGroup['styles'],
): Promise<ReadonlyMap<string, Float32Array>> {
  const mixed = new Map<string, Float32Array>();
  let [filled, share] = [0, 0];
  for (const { picture, weight } of styles) {
    share += weight;
    const count = Math.min(SAMPLES, Math.round(share * SAMPLES)) - filled;
    if (count === 0) continue;
    for (const [layer, sample] of await samplesOf(runtime, scene, picture, count)) {
      const rows = mixed.get(layer) ?? new Float32Array((sample.length / count) * SAMPLES);
      for (let row = 0; row * SAMPLES < rows.length; row++)
        rows.set(sample.subarray(row * count, (row + 1) * count), row * SAMPLES + filled);
      mixed.set(layer, rows);
    }
    filled += count;
  }
  return mixed;
}
