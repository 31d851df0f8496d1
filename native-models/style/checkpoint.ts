import { decodeState, encodeState, type Basis, type StateKind } from '../checkpoint/checkpoint.ts';
import type { OptimizerState } from './optimizers/optimizer.ts';
import type { Picture } from './picture.ts';

/**
 * All that a painting needs to go on as if it had never stopped. Random numbers need no state: they
 * follow from the seed, which is among the settings, and the step.
 */
export interface Checkpoint {
  /** As JSON holds them; whoever reads them checks them. */
  readonly settings: unknown;
  /** What the painting is made from; absent in what earlier versions wrote. */
  readonly inputs?: Basis;
  /** Index into the sizes of the pyramid. */
  readonly level: number;
  /** Steps done at this level. */
  readonly step: number;
  /** Losses so far by name, oldest first; all finite. */
  readonly losses: readonly Readonly<Record<string, number>>[];
  readonly image: Picture;
  readonly optimizer: OptimizerState;
}

export const paintingState: StateKind = { magic: 'LIKEPNT\n', version: 2, work: 'painting' };

/** Beside the names that optimizers give to what they remember. */
const CANVAS = 'canvas';

interface Content extends Omit<Checkpoint, 'image' | 'optimizer'> {
  readonly width: number;
  readonly height: number;
  readonly optimizer: Omit<OptimizerState, 'vectors'>;
}

/** Earlier versions spelled a field the British way. */
type SavedContent = Omit<Content, 'optimizer'> &
  Record<'optimizer' | 'optimiser', Content['optimizer'] | undefined>;

/**
 * A checkpoint as pieces of a file, to be written one after another. The large ones are views, so
 * that a picture of print size is not held twice: write them before the next step of the optimizer.
 */
export function encodeCheckpoint({
  image: { data, width, height },
  optimizer: { vectors, ...optimizer },
  ...progress
}: Checkpoint): readonly Uint8Array[] {
  const content: Content = { ...progress, width, height, optimizer };
  return encodeState(paintingState, { content, vectors: { [CANVAS]: data, ...vectors } });
}

/** Throws as `decodeState`. The vectors may be views of the bytes. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { content, vectors: read } = decodeState(paintingState, bytes);
  const { width, height, optimiser, optimizer = optimiser!, ...progress } = content as SavedContent;
  const { [CANVAS]: data, ...vectors } = read;
  return {
    ...progress,
    image: { width, height, data: data! },
    optimizer: { ...optimizer, vectors },
  };
}
