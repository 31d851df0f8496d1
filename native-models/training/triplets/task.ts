import { LikenessError } from '../../../app/contract/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { EncoderInput } from '../chips/encode-examples.ts';
import type { Example } from '../chips/example.ts';
import type { Measured } from './measure.ts';
import type { TripletSettings } from './settings.ts';

export interface TripletTask {
  readonly runtime: Runtime;
  /** With the weights that the training begins with. */
  readonly encoder: Graph;
  readonly input: EncoderInput;
  /** With labels. */
  readonly training: readonly Example[];
  /** With labels; of people who do not train. */
  readonly validation: readonly Example[];
  readonly settings: TripletSettings;
  /** Kept up to date; a run that finds it goes on from there. What the trunk says lies beside it. */
  readonly checkpoint: string;
  readonly signal?: AbortSignal;
  readonly report: (progress: TripletProgress) => void;
}

export type TripletProgress =
  | { readonly stage: 'views'; readonly done: number; readonly total: number }
  | {
      readonly stage: 'descent';
      readonly step: number;
      readonly steps: number;
      readonly epoch: number;
      readonly loss: number;
      readonly active: number;
      readonly secondsLeft: number;
    };

export interface TripletEpoch {
  /** 0: before any step. */
  readonly epoch: number;
  readonly mining: string | null;
  /** Means over the epoch; null before any step. */
  readonly loss: number | null;
  /** Share of the triplets considered that are above zero. */
  readonly active: number | null;
  readonly validation: Measured | null;
  readonly probes: Measured | null;
}

export interface TripletResult {
  readonly graph: Graph;
  readonly curve: readonly TripletEpoch[];
  /** The epoch whose weights these are. */
  readonly best: number;
  readonly parameters: number;
  readonly trained: number;
  /** People whose only photo serves as a negative. */
  readonly negativesOnly: number;
}

export function throwIfStopped({ signal }: Pick<TripletTask, 'signal'>): void {
  if (signal?.aborted === true)
    throw new LikenessError('cancelled', 'Stopped. The same command goes on from the checkpoint.');
}
