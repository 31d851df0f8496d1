import { open, readFile, rename, rm } from 'node:fs/promises';
import { decodeState, encodeState, type SavedState } from './format.ts';

/**
 * Replaces the file as a whole: whatever interrupts this leaves the former state.
 *
 * @throws the system's error, e.g. ENOSPC; the former state stays.
 */
export async function writeState(file: string, state: SavedState): Promise<void> {
  const partial = `${file}.new`;
  try {
    {
      await using handle = await open(partial, 'w');
      for (const piece of encodeState(state)) await handle.writeFile(piece);
      await handle.sync();
    }
    await rename(partial, file);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw thrown;
  }
}

/** null where there is no such file. Throws as `decodeState`. */
export async function readState(file: string): Promise<SavedState | null> {
  try {
    return decodeState(await readFile(file));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}
