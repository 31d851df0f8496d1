import { open, readFile, rename, rm } from 'node:fs/promises';
import { toLikenessError } from '../../../app/contract/errors.ts';
import type { Checkpoint } from '../../style/checkpoint/checkpoint.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../style/checkpoint/format.ts';

/**
 * The file holds either the former state or this one, whatever interrupts. The state must not
 * change meanwhile: no copy of it is made.
 *
 * @throws LikenessError disk_full
 */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  const partial = `${file}.part`;
  try {
    await writePieces(partial, encodeCheckpoint(checkpoint));
    await rename(partial, file);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw toLikenessError(thrown);
  }
}

async function writePieces(file: string, pieces: readonly Uint8Array[]): Promise<void> {
  await using handle = await open(file, 'w', 0o600);
  for (const piece of pieces) await handle.writeFile(piece);
  await handle.sync();
}

/**
 * What was written last; null where nothing was.
 *
 * @throws LikenessError checkpoint_corrupt, checkpoint_incompatible
 */
export async function readCheckpoint(file: string): Promise<Checkpoint | null> {
  const bytes = await readFile(file).catch((thrown: unknown) => {
    const error = toLikenessError(thrown);
    if (error.code === 'file_not_found') return null;
    throw error;
  });
  return bytes === null ? null : decodeCheckpoint(bytes);
}
