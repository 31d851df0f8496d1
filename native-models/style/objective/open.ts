import { assertNever } from '../../../contract/errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Size } from '../picture.ts';
import { FramedObjective, type Comparer, type Objective } from './objective.ts';
import { outerSize, type Frame, type Scene, type Statistics } from './scene.ts';
import { GramStatistics } from './gram.ts';
import { SwdStatistics } from './sliced-wasserstein.ts';
import { gramTargets, sampleTargets } from './targets.ts';
import { TileByTile } from './tiled.ts';
import { frameFor, isWhole, tilingOf } from './tiling.ts';
import { WholePicture } from './whole.ts';

/** What is minimized for a scene, in the way that suits it. */
export async function openObjective(runtime: Runtime, scene: Scene): Promise<Objective> {
  const frame = frameFor(scene.encoder, scene.recipe, scene.content);
  const comparer = await openComparer(runtime, scene, frame);
  return new FramedObjective(frame, scene.recipe.weights, comparer);
}

async function openComparer(runtime: Runtime, scene: Scene, frame: Frame): Promise<Comparer> {
  const plan = tilingOf(scene.encoder, scene.recipe, outerSize(frame), scene.largestCore);
  if (scene.loss === 'gram' && isWhole(plan)) return WholePicture.open(runtime, scene, frame);
  const statistics = await statisticsOf(runtime, scene, plan.window);
  return TileByTile.open(runtime, { scene, frame, plan, statistics });
}

async function statisticsOf(runtime: Runtime, scene: Scene, window: Size): Promise<Statistics> {
  switch (scene.loss) {
    case 'gram':
      return new GramStatistics(scene, window, await gramTargets(runtime, scene));
    case 'swd':
      return new SwdStatistics(scene, window, await sampleTargets(runtime, scene));
    default:
      return assertNever(scene.loss);
  }
}
