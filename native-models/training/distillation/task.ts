import type { AugmentationSettings } from '../augment/augment.ts';
import type { EncoderTask } from '../task.ts';
import type { TrainerSettings } from '../trainer.ts';
import type { Separation } from '../validation.ts';

export interface DistillationSettings {
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  /** Batches whose gradients are added up before a step. */
  readonly microBatches: number;
  /** Constants whose names begin so keep their values. */
  readonly freeze: readonly string[];
  readonly relationWeight: number;
  readonly ridgePenalty: number;
  readonly peak: number;
  readonly warmUp: number;
  readonly trainer: Omit<TrainerSettings, 'schedule'>;
  readonly augmentation: AugmentationSettings;
}

export type DistillationTask = EncoderTask<DistillationSettings, DistillationProgress>;

export type DistillationProgress =
  | { readonly stage: 'features'; readonly done: number; readonly total: number }
  | ({ readonly stage: 'descent' } & DescentProgress);

export interface DescentProgress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly loss: number;
  readonly cosine: number;
  readonly secondsLeft: number;
}

export interface EpochReport {
  readonly epoch: number;
  /** Means over the epoch; null for the ridge solution before any step. */
  readonly loss: number | null;
  readonly cosine: number | null;
  readonly validation: Separation | null;
}
