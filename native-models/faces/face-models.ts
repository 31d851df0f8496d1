import type { Detectors } from './find-faces.ts';
import type { Network } from './network.ts';

/** The networks of a pipeline, ready to run. */
export interface FaceModels {
  readonly detectors: Detectors;
  readonly landmarks: Network<'landmarks'>;
  readonly encoder: Network<'encoder'>;
}
