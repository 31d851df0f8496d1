import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph } from '../../graph/graph.ts';
import { operators } from '../../ops/registry.ts';
import { float32, type TensorOf } from '../../graph/tensor.ts';
import { withGraph } from '../../runtime/graphs.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { NamedTensors } from '../../runtime/tensor.ts';
import { encode, type StyleEncoder } from '../encoder.ts';
import { areaOf, blankPicture, type Picture } from '../picture.ts';
import { RandomStream } from '../random.ts';
import type { TilePlan } from '../tiles/plan.ts';
import { tilesOf, type Tile } from '../tiles/tiles.ts';
import { fillFrame, outerSize, type Frame } from './frame.ts';
import { gramParts } from './gram-parts.ts';
import { layerNamed, positionsOf, type Layer } from './layers.ts';
import { gramName, IMAGE, weightsName } from './names.ts';
import { drawPositions, gather } from './sampling.ts';
import type { Activations } from './statistics.ts';
import type { Scene } from './scene.ts';
import { measureGraph } from './tile-graphs.ts';
import { coreWeights, frameFor, shareOf, tilingOf, windowTensor } from './tiling.ts';

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
export async function samplesOf(
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
