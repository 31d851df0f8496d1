import { gradientName } from '../../autodiff/gradient.ts';
import { float32 } from '../../graph/tensor.ts';
import { openGraph, withGraph, type Runtime } from '../../runtime/runtime.ts';
import type { OrtSession, NamedTensors } from '../../runtime/session.ts';
import { areaOf, type Picture } from '../picture.ts';
import { tilesOf, addRegion, type TilePlan, type Tile } from '../tiles.ts';
import { activationOf, framed, energyGraph, measureGraph, pullGraph } from './targets.ts';
import {
  layerNamed,
  CONTENT,
  CONTENT_TARGET,
  CORE,
  IMAGE,
  type Frame,
  type Scene,
  type Statistics,
} from './scene.ts';
import type { Comparer, Comparison } from './objective.ts';
import { coreWeights, isWhole, shareOf, windowTensor } from './tiling.ts';

interface Parts {
  readonly scene: Scene;
  readonly frame: Frame;
  /** In its frame. */
  readonly content: Picture;
  readonly plan: TilePlan;
  readonly statistics: Statistics;
  readonly measure: OrtSession;
  readonly pull: OrtSession;
  readonly contentUnit: number;
  /** Of the only window; null where there are several, whose content is encoded at every step. */
  readonly contentTarget: NamedTensors | null;
}

/**
 * Loss and gradient in two passes over windows: memory is bounded whatever the size of the picture.
 * The grid of windows moves with every step, so that no place is always at a border.
 */
export class TileByTile implements Comparer {
  readonly #parts: Parts;

  static async open(
    runtime: Runtime,
    { scene, frame, plan, statistics }: Pick<Parts, 'scene' | 'frame' | 'plan' | 'statistics'>,
  ): Promise<TileByTile> {
    const { encoder, recipe } = scene;
    const { window } = plan;
    const place = { scene, frame, plan, content: framed(frame, scene.content) };
    const aim = await aimOf(runtime, place);
    await using opened = new AsyncDisposableStack();
    const measure = opened.adopt(
      await openGraph(runtime, measureGraph(encoder, window, statistics.parts)),
      (session) => session.dispose(),
    );
    const graph = pullGraph({
      encoder,
      window,
      parts: statistics.parts,
      contentLayer: recipe.contentLayer,
      contentWeight: (recipe.weights.content * areaOf(scene.content)) / aim.contentUnit,
      contentAs: isWhole(plan) ? 'activation' : 'picture',
    });
    const pull = await openGraph(runtime, graph);
    opened.move();
    return new TileByTile({ ...place, ...aim, statistics, measure, pull });
  }

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  async compare(picture: Picture, gradient: Picture, step: number): Promise<Comparison> {
    const { scene, plan, statistics, contentUnit } = this.#parts;
    const tiles = tilesOf(plan, scene.seed, step);
    statistics.begin(step);
    let measured: NamedTensors = {};
    for (const tile of tiles) {
      measured = await this.#measure(picture, tile);
      statistics.take(plan, tile, measured);
    }
    const style = statistics.settle();
    gradient.data.fill(0);
    let content = 0;
    for (const tile of tiles) {
      if (statistics.looksTwice && tiles.length > 1) measured = await this.#measure(picture, tile);
      content += await this.#pull(gradient, picture, tile, measured);
    }
    return { content: content / contentUnit, style };
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#parts.measure.dispose(), this.#parts.pull.dispose()]);
  }

  #measure(picture: Picture, tile: Tile): Promise<NamedTensors> {
    const { plan, statistics, measure } = this.#parts;
    const feeds = statistics.measureFeeds(plan, tile);
    return measure.run({ ...feeds, [IMAGE]: windowTensor(picture, tile) });
  }

  /** Adds a tile's share to the gradient; returns the content's squared distance in its core. */
  async #pull(
    gradient: Picture,
    picture: Picture,
    tile: Tile,
    measured: NamedTensors,
  ): Promise<number> {
    const { plan, content, statistics, pull, contentTarget } = this.#parts;
    const outputs = await pull.run({
      ...statistics.pullFeeds(plan, tile, measured),
      ...(contentTarget ?? { [CONTENT_TARGET]: windowTensor(content, tile) }),
      ...coreFeed(this.#parts, tile),
      [IMAGE]: windowTensor(picture, tile),
    });
    addRegion(gradient, tile.window, outputs[gradientName(IMAGE)]!.data as Float32Array);
    return Number(outputs[CONTENT]!.data[0]);
  }
}

type Place = Pick<Parts, 'scene' | 'frame' | 'plan' | 'content'>;

/** The content's activation where it is one window, and the sum of its squares in any case. */
async function aimOf(
  runtime: Runtime,
  place: Place,
): Promise<Pick<Parts, 'contentUnit' | 'contentTarget'>> {
  const { scene, plan, content } = place;
  const { encoder, recipe } = scene;
  const contentUnit = await contentEnergy(runtime, place);
  if (!isWhole(plan)) return { contentUnit, contentTarget: null };
  const target = await activationOf(runtime, encoder, content, recipe.contentLayer);
  return { contentUnit, contentTarget: { [CONTENT_TARGET]: target } };
}

function contentEnergy(runtime: Runtime, place: Place): Promise<number> {
  const { scene, plan, content } = place;
  const graph = energyGraph(scene.encoder, plan.window, scene.recipe.contentLayer);
  return withGraph(runtime, graph, async (session) => {
    let sum = Number.MIN_VALUE;
    for (const tile of tilesOf(plan, scene.seed, 0)) {
      const feeds = { ...coreFeed(place, tile), [IMAGE]: windowTensor(content, tile) };
      sum += Number((await session.run(feeds))[CONTENT]!.data[0]);
    }
    return sum;
  });
}

function coreFeed({ scene, frame, plan }: Place, tile: Tile): NamedTensors {
  const share = shareOf(frame, plan, tile, layerNamed(scene.encoder, scene.recipe.contentLayer));
  const { width, height } = share.grid;
  return { [CORE]: float32([1, 1, height, width], coreWeights(share, 1)) };
}
