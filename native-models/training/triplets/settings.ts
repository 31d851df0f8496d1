import type { AugmentationSettings } from '../augment/augment.ts';
import type { TrainerSettings } from '../trainer.ts';
import type { MiningPlan } from './loss.ts';
import type { BatchShape } from './people.ts';
import type { Camera } from './views.ts';

export interface TripletSettings {
  readonly seed: number;
  /** Each as many steps as it takes to see as many views as there are photos. */
  readonly epochs: number;
  readonly shape: BatchShape;
  readonly mining: MiningPlan;
  readonly margin: number;
  /** How strongly encodings of clean views are held to what the network said of the photo before. */
  readonly pull: number;
  /** Constants whose names begin so keep their values. */
  readonly freeze: readonly string[];
  /** Views of each photo where the lowest layers are frozen. */
  readonly views: number;
  /** Where the result lies between the weights before (0) and after training (1). */
  readonly blend: number;
  readonly camera: Camera;
  readonly augmentation: AugmentationSettings;
  readonly peak: number;
  readonly warmUp: number;
  /** Epochs without a better validation after which the training ends. */
  readonly patience: number;
  readonly trainer: Omit<TrainerSettings, 'schedule'>;
}
