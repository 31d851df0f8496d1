import { LikenessError } from '../../app/contract/errors.ts';
import type { Graph } from '../graph/graph.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { EncoderInput } from './chips/encode-examples.ts';
import type { Example } from './chips/example.ts';

/** What every training is given. */
export interface TrainingTask<Settings, Progress> {
  readonly runtime: Runtime;
  readonly settings: Settings;
  /** Kept up to date; a run that finds it goes on from there. */
  readonly checkpoint: string;
  readonly signal?: AbortSignal;
  readonly report: (progress: Progress) => void;
}

/** The training of an encoder of faces. */
export interface EncoderTask<Settings, Progress> extends TrainingTask<Settings, Progress> {
  /** With the weights that the training begins with. */
  readonly encoder: Graph;
  readonly input: EncoderInput;
  readonly training: readonly Example[];
  /** With labels; of people who do not train. */
  readonly validation: readonly Example[];
}

/** @throws LikenessError cancelled, once the user has asked for it. */
export function throwIfStopped({ signal }: { readonly signal?: AbortSignal }): void {
  if (signal?.aborted === true)
    throw new LikenessError('cancelled', 'Stopped. The same command goes on from the checkpoint.');
}
