import { LikenessError } from '../../../contract/errors.ts';
import { writeWhole } from '../../../foundation/files/output-file.ts';
import { readRegularFile } from '../../../foundation/files/read-file.ts';
import {
  decodeState,
  encodeState,
  type Basis,
  type SavedState,
  type StateKind,
} from '../../checkpoint/checkpoint.ts';

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
