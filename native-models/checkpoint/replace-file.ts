import { open, rename, rm } from 'node:fs/promises';

/**
 * Replaces a file as a whole: whatever interrupts this leaves what was there before. The pieces must
 * not change meanwhile: no copy of them is made.
 *
 * @throws the system's error, e.g. ENOSPC
 */
export async function replaceFile(file: string, pieces: readonly Uint8Array[]): Promise<void> {
  const partial = `${file}.part`;
  try {
    await writePieces(partial, pieces);
    await rename(partial, file);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw thrown;
  }
}

async function writePieces(file: string, pieces: readonly Uint8Array[]): Promise<void> {
  await using handle = await open(file, 'w', 0o600);
  for (const piece of pieces) await handle.writeFile(piece);
  await handle.sync();
}
