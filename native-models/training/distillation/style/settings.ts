import type { TrainerSettings } from '../../trainer.ts';

export interface StyleDistillationSettings {
  readonly seed: number;
  readonly steps: number;
  /** Cuts whose gradients are added up before a step. */
  readonly batch: number;
  /** How many of them are paintings that the student is making meanwhile. */
  readonly paintings: number;
  /** Pixels of the square cuts. */
  readonly side: number;
  /** What Gram matrices count beside activations. */
  readonly gramWeight: number;
  /** Steps from one validation to the next. */
  readonly every: number;
  readonly peak: number;
  readonly warmUp: number;
  readonly trainer: Omit<TrainerSettings, 'schedule'>;
}
