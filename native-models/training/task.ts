import { LikenessError } from '../../contract/errors.ts';
import { writeWhole } from '../../foundation/files/output-file.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import {
  decodeState,
  encodeState,
  digestOf,
  type Basis,
  type SavedState,
  type StateKind,
} from '../checkpoint/checkpoint.ts';
import type { Graph } from '../graph/graph.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { EncoderInput, Example } from './chips.ts';

const trainingState: StateKind = { magic: 'LIKETRN\n', version: 2, work: 'training' };

/** Throws as `writeWhole`; the former state stays. */
export const writeState = (file: string, state: SavedState): Promise<void> =>
  writeWhole(file, encodeState(trainingState, state));

/** null where there is no such file. Throws as `decodeState`. */
export async function readState(file: string): Promise<SavedState | null> {
  try {
    return decodeState(trainingState, await readRegularFile(file, 'state'));
  } catch (thrown) {
    if (thrown instanceof LikenessError && thrown.code === 'file_not_found') return null;
    throw thrown;
  }
}

/** What a saved training was made from; undefined where a version wrote it that kept no digests. */
export const basisOf = ({ content }: SavedState): Basis | undefined =>
  (content as { readonly basis?: Basis }).basis;

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

/** Of a network: its operators, and every weight. */
export function digestOfGraph({ nodes, constants }: Graph): string {
  const operators = nodes.map(({ op, inputs, outputs }) => [
    op,
    inputs.map((value) => value?.name ?? null),
    outputs.map(({ name }) => name),
  ]);
  const weights = [...constants].flatMap(([name, { shape, data }]) => [
    { name, shape },
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
  return digestOf(operators, ...weights);
}

/** What a training of an encoder of faces is made from. */
export const encoderBasis = ({
  encoder,
  input,
  settings,
  training,
  validation,
}: EncoderTask<object, never>): Basis => ({
  'photos and labels': digestOf(
    [training, validation].map((part) =>
      part.map(({ photo, hash = '', person }) => [photo, hash, person]),
    ),
  ),
  settings: digestOf([settings, input]),
  'the model that it begins with': digestOfGraph(encoder),
  'the teacher': digestOf(...training.map(({ target }) => bytesOf(target))),
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** @throws LikenessError cancelled, once the user has asked for it. */
export function throwIfStopped({ signal }: { readonly signal?: AbortSignal }): void {
  if (signal?.aborted === true)
    throw new LikenessError('cancelled', 'Stopped. The same command goes on from the checkpoint.');
}
