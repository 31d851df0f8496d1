import { tmpdir } from 'node:os';
import path from 'node:path';
import { LikenessError, toLikenessError } from '../../../app/contract/errors.ts';
import { replaceFile } from '../../checkpoint/replace-file.ts';
import {
  encodePainting,
  formatOf,
  type PaintedPlanes,
  type PaintingNote,
} from '../../images/painting-file.ts';

/**
 * Writes the painting, whole or not at all. Where it cannot be written, its hours are not lost: it
 * goes to the first folder that takes it, and the error says where it is.
 *
 * @param shelters folders to try; that of temporary files comes last
 * @throws LikenessError with what hindered it and, in `details.kept`, the file that has it
 */
export async function writePainting(
  output: string,
  painting: PaintedPlanes,
  note: PaintingNote,
  shelters: readonly string[],
): Promise<void> {
  const bytes = await encodePainting(painting, formatOf(output), note);
  try {
    await writePicture(output, bytes);
  } catch (thrown) {
    const kept = await shelter([...shelters, tmpdir()], path.basename(output), bytes);
    throw notWritten(output, thrown, kept);
  }
}

async function shelter(
  folders: readonly string[],
  name: string,
  bytes: Uint8Array,
): Promise<string | null> {
  for (const folder of folders) {
    const file = path.join(folder, `${process.pid}-${name}`);
    const written = await writePicture(file, bytes).then(
      () => true,
      () => false,
    );
    if (written) return file;
  }
  return null;
}

function notWritten(output: string, thrown: unknown, kept: string | null): LikenessError {
  const { code, message, details } = toLikenessError(thrown);
  const reason =
    code === 'disk_full' ? `${output} could not be written: the disk is full.` : message;
  const where =
    kept === null
      ? 'Free some space and resume the painting: its last step is kept.'
      : `The painting is kept in ${kept}.`;
  return new LikenessError(code, `${reason} ${where}`, {
    details: { ...details, file: output, ...(kept === null ? {} : { kept }) },
    cause: thrown,
  });
}

/** Throws as `replaceFile`. Whoever may read the folder may read the picture. */
export const writePicture = (file: string, bytes: Uint8Array): Promise<void> =>
  replaceFile(file, [bytes], 0o666);
