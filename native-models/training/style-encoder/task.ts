import type { TrainerSettings } from '../trainer.ts';
import type { Graph } from '../../graph/graph.ts';
import type { RgbImage } from '../../images/rgb-image.ts';
import type { TrainingTask } from '../training-run.ts';
import type { StudentShape, StyleInput, StyleTeacher } from './networks.ts';

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

export interface StyleDistillationTask extends TrainingTask<
  StyleDistillationSettings,
  StyleDistillationProgress
> {
  readonly name: string;
  readonly teacher: StyleTeacher;
  readonly shape: StudentShape;
  /** A student of this shape to begin with; null: the teacher with most channels taken out. */
  readonly from: Graph | null;
  /** How the student is fed: as the teacher is, but for the deviations. */
  readonly input: StyleInput;
  readonly training: readonly RgbImage[];
  readonly validation: readonly RgbImage[];
}

export interface StyleDistillationProgress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly secondsLeft: number;
}

/** How far the student is from the teacher on pictures that do not train. */
export interface LayerAgreement {
  readonly layer: string;
  /** Squared difference of activations relative to those of the teacher; 0 is perfect. */
  readonly features: number;
  /** The same of Gram matrices, mean over the pictures. */
  readonly gram: number;
}

export interface StylePoint {
  readonly step: number;
  /** Mean since the last point; null before any step. */
  readonly loss: number | null;
  readonly layers: readonly LayerAgreement[];
}
