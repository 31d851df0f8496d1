import type { Runtime } from '../../runtime/runtime.ts';
import type { Objective } from './objective.ts';
import type { Scene } from './scene.ts';
import { WholePicture } from './whole-picture.ts';

/** What is minimised for a scene, in the way that suits it. */
export const openObjective = (runtime: Runtime, scene: Scene): Promise<Objective> =>
  WholePicture.open(runtime, scene);
