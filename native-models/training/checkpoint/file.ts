import { readFile } from 'node:fs/promises';
import {
  decodeState,
  encodeState,
  type SavedState,
  type StateKind,
} from '../../checkpoint/format.ts';
import { replaceFile } from '../../checkpoint/replace-file.ts';

const trainingState: StateKind = { magic: 'LIKETRN\n', version: 1, work: 'training' };

/** Throws as `replaceFile`; the former state stays. */
export const writeState = (file: string, state: SavedState): Promise<void> =>
  replaceFile(file, encodeState(trainingState, state));

/** null where there is no such file. Throws as `decodeState`. */
export async function readState(file: string): Promise<SavedState | null> {
  try {
    return decodeState(trainingState, await readFile(file));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}
