import { createHash } from 'node:crypto';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LikenessError, toLikenessError } from '../../../contract/errors.ts';
import { writeWhole } from '../../../foundation/files/output-file.ts';
import {
  encodePainting,
  formatOf,
  type PaintedPlanes,
  type PaintingNote,
} from '../../images/painting-file.ts';

/**
 * Writes the painting, whole or not at all. Where it cannot be written, its hours are not lost: it
 * goes to the first folder that takes it, and the error says where it is. There is one such copy of a
 * painting, however often it is tried, and none once it is written.
 *
 * @param shelters folders of the user's own to try; one among the temporary files comes last
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
    throw notWritten(output, thrown, await shelter(shelters, output, bytes));
  }
  for (const folder of [...shelters, temporaryShelter()])
    await rm(keptIn(folder, output), { force: true }).catch(() => undefined);
}

/** The same for every attempt at one painting, and that of no other. */
function keptIn(folder: string, output: string): string {
  const key = createHash('sha256').update(path.resolve(output)).digest('hex').slice(0, 12);
  return path.join(folder, `kept-${key}-${path.basename(output)}`);
}

async function shelter(
  folders: readonly string[],
  output: string,
  bytes: Uint8Array,
): Promise<string | null> {
  const temporary = await openTemporaryShelter();
  for (const folder of temporary === null ? folders : [...folders, temporary]) {
    const file = keptIn(folder, output);
    const written = await writeWhole(file, bytes).then(
      () => true,
      () => false,
    );
    if (written) return file;
  }
  return null;
}

const temporaryShelter = (): string =>
  path.join(tmpdir(), `likeness-kept-${process.getuid?.() ?? 'here'}`);

/** Everybody may put something there under this name first: what is not ours alone is not used. */
async function openTemporaryShelter(): Promise<string | null> {
  const folder = temporaryShelter();
  await mkdir(folder, { mode: 0o700 }).catch(() => undefined);
  const found = await lstat(folder).catch(() => null);
  if (found?.isDirectory() !== true) return null;
  const isOurs = process.getuid === undefined || found.uid === process.getuid();
  const isPrivate = process.getuid === undefined || (found.mode & 0o077) === 0;
  return isOurs && isPrivate ? folder : null;
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

/** Throws as `writeWhole`. Whoever may read the folder may read the picture. */
export const writePicture = (file: string, bytes: Uint8Array): Promise<void> =>
  writeWhole(file, bytes, { mode: 0o666 });
