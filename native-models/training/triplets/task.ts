import type { Graph } from '../../graph/graph.ts';
import type { EncoderTask } from '../task.ts';
import type { Measured } from './measure.ts';
import type { TripletSettings } from './settings.ts';

/** Examples that train have labels; what the trunk says of them lies beside the checkpoint. */
export type TripletTask = EncoderTask<TripletSettings, TripletProgress>;

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
