import { open, rename, rm } from 'node:fs/promises';

/**
 * Replaces a file as a whole: whatever interrupts this leaves what was there before. The pieces must
 * not change meanwhile: no copy of them is made.
 *
 * @param mode of a file that is new; others than the user read none of it unless this says so.
 * @throws the system's error, e.g. ENOSPC
 */
export async function replaceFile(
  file: string,
  pieces: readonly Uint8Array[],
  mode = 0o600,
): Promise<void> {
  const partial = `${file}.part`;
  try {
    await writePieces(partial, pieces, mode);
    await rename(partial, file);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw thrown;
  }
}

async function writePieces(
  file: string,
  pieces: readonly Uint8Array[],
  mode: number,
): Promise<void> {
  await using handle = await open(file, 'w', mode);
  for (const piece of pieces) await handle.writeFile(piece);
  await handle.sync();
}
