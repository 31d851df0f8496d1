import { toLikenessError } from '../../../contract/errors.ts';
import { writeWhole } from '../../../foundation/files/output-file.ts';
import { readRegularFile } from '../../../foundation/files/read-file.ts';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../style/checkpoint.ts';

/**
 * As `writeWhole`: the state must not change meanwhile.
 *
 * @throws LikenessError disk_full
 */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  try {
    await writeWhole(file, encodeCheckpoint(checkpoint));
  } catch (thrown) {
    throw toLikenessError(thrown);
  }
}

/**
 * What was written last; null where nothing was.
 *
 * @throws LikenessError checkpoint_corrupt, checkpoint_incompatible
 */
export async function readCheckpoint(file: string): Promise<Checkpoint | null> {
  const bytes = await readRegularFile(file, 'state').catch((thrown: unknown) => {
    const error = toLikenessError(thrown);
    if (error.code === 'file_not_found') return null;
    throw error;
  });
  return bytes === null ? null : decodeCheckpoint(bytes);
}
