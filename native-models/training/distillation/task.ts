import { LikenessError } from '../../../app/contract/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { AugmentationSettings } from '../augment/augment.ts';
import type { EncoderInput } from '../chips/encode-examples.ts';
import type { Example } from '../chips/example.ts';
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

export interface DistillationTask {
  readonly runtime: Runtime;
  /** The encoder whose weights the student begins with. */
  readonly encoder: Graph;
  readonly input: EncoderInput;
  readonly training: readonly Example[];
  /** With labels; of people who do not train. */
  readonly validation: readonly Example[];
  readonly settings: DistillationSettings;
  /** Kept up to date; a run that finds it goes on from there. */
  readonly checkpoint: string;
  readonly signal?: AbortSignal;
  readonly report: (progress: DistillationProgress) => void;
}

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

export function throwIfStopped({ signal }: DistillationTask): void {
  if (signal?.aborted === true)
    throw new LikenessError('cancelled', 'Stopped. The same command goes on from the checkpoint.');
}
