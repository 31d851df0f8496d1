import { decodeState, encodeState, type StateKind } from '../../checkpoint/format.ts';
import type { OptimizerState } from '../optimizers/optimizer.ts';
import type { Checkpoint } from './checkpoint.ts';

export const paintingState: StateKind = { magic: 'LIKEPNT\n', version: 2, work: 'painting' };

/** Beside the names that optimizers give to what they remember. */
const CANVAS = 'canvas';

interface Content extends Omit<Checkpoint, 'image' | 'optimizer'> {
  readonly width: number;
  readonly height: number;
  readonly optimizer: Omit<OptimizerState, 'vectors'>;
  /** The same, as earlier versions spelled it. */
  readonly optimiser?: Omit<OptimizerState, 'vectors'>;
}

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
  const { width, height, optimiser, optimizer = optimiser!, ...progress } = content as Content;
  const { [CANVAS]: data, ...vectors } = read;
  return {
    ...progress,
    image: { width, height, data: data! },
    optimizer: { ...optimizer, vectors },
  };
}
