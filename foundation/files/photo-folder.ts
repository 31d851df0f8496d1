import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError, toLikenessError, type ErrorCode } from '../../contract/errors.ts';
import type { Refusal } from '../../contract/values.ts';
import { refuseLinks } from './confinement.ts';
import { pictureFormats, recognizeFormat } from './picture-formats.ts';
import { nameOfKind, readHead } from './read-file.ts';

/** A photo of somebody known, `root/person/photo`, or of nobody in particular, `root/photo`. */
export interface FoundPhoto {
  /** The name of the folder that it lies in; null where it lies in the root itself. */
  readonly person: string | null;
  /** Without the folder. */
  readonly name: string;
  readonly path: string;
}

/** What a folder holds. Every file in it is either a photo or listed with the reason why not. */
interface PhotoFolder {
  /** Person by person, both in the order of their names. */
  readonly photos: readonly FoundPhoto[];
  readonly unused: readonly Refusal[];
}

/** Deeper folders are named, and not looked into. */
const DEEPEST = 16;
const AT_ONCE = 16;
/** What every format is told apart by lies here. */
const HEAD_BYTES = 64;

/**
 * Looks through `root/person/photo`. The content decides what a picture is; a file that is only named
 * like one counts as a photo, so that whoever reads it says what is wrong with it. Links are followed,
 * unless they lead back to a folder above, or a program has asked.
 *
 * @param loose whether photos in the root itself are used
 * @throws LikenessError file_not_found, file_not_directory, file_unreadable, for the root alone
 */
export async function readPhotoFolder(
  root: string,
  loose: 'used' | 'refused' = 'refused',
): Promise<PhotoFolder> {
  const walk: Walk = { above: await realpathOf(root), photos: [], unused: [] };
  const entries = await entriesOf(root, await readRoot(root));
  const folders = entries.filter(({ kind }) => kind === 'folder');
  for (const { name, place } of folders) await lookAtPerson(walk, name, place);
  const files = entries.filter(({ kind }) => kind !== 'folder');
  await sortOut(walk, files, (entry) =>
    loose === 'used'
      ? { person: null, name: entry.name, path: entry.place }
      : misplaced(entry.place, 'lies in no folder of a person. Move it into one'),
  );
  return walk;
}

interface Walk {
  /** The root without links. */
  readonly above: string;
  readonly photos: FoundPhoto[];
  readonly unused: Refusal[];
}

interface Entry {
  readonly name: string;
  readonly place: string;
  readonly kind: 'file' | 'folder' | 'hidden' | 'other';
  /** Why it is neither. */
  readonly problem?: Refusal;
}

async function lookAtPerson(walk: Walk, person: string, folder: string): Promise<void> {
  const entries = await listFolder(walk, folder);
  await sortOut(
    walk,
    entries.filter(({ kind }) => kind !== 'folder'),
    ({ name, place }) => ({ person, name, path: place }),
  );
  for (const { kind, place } of entries) if (kind === 'folder') await lookBelow(walk, place, 2);
}

/** Whose the photos of deeper folders are, nobody has said. */
async function lookBelow(walk: Walk, folder: string, depth: number): Promise<void> {
  if (depth > DEEPEST) {
    walk.unused.push(misplaced(folder, 'lies too deep to be looked into'));
    return;
  }
  const entries = await listFolder(walk, folder);
  await sortOut(
    walk,
    entries.filter(({ kind }) => kind !== 'folder'),
    ({ place }) =>
      misplaced(place, "lies below a person's folder and not in it. Move it up into that folder"),
  );
  for (const { kind, place } of entries)
    if (kind === 'folder') await lookBelow(walk, place, depth + 1);
}

/** Empty where it cannot be read, or is the way back up; then it is listed itself. */
async function listFolder(walk: Walk, folder: string): Promise<readonly Entry[]> {
  try {
    const real = await realpath(folder);
    if (walk.above === real || walk.above.startsWith(real + path.sep)) {
      walk.unused.push(reason('file_unreadable', folder, 'is a link back to a folder above it.'));
      return [];
    }
    return await entriesOf(folder, await list(folder));
  } catch (thrown) {
    const { code, message, details } = toLikenessError(thrown);
    walk.unused.push({ file: folder, code, message, details: { ...details } });
    return [];
  }
}

/** Photos go where `place` says, the rest is listed. */
async function sortOut(
  walk: Walk,
  entries: readonly Entry[],
  place: (entry: Entry) => FoundPhoto | Refusal,
): Promise<void> {
  for (let start = 0; start < entries.length; start += AT_ONCE) {
    const some = entries.slice(start, start + AT_ONCE);
    const problems = await Promise.all(some.map(problemOf));
    for (const [i, entry] of some.entries()) {
      const placed = problems[i] ?? place(entry);
      if ('code' in placed) walk.unused.push(placed);
      else walk.photos.push(placed);
    }
  }
}

async function problemOf({ name, place, kind, problem }: Entry): Promise<Refusal | undefined> {
  if (problem !== undefined) return problem;
  if (kind === 'hidden') return reason('file_ignored', place, `is ${hiddenKind(name)}.`);
  if (pictureFormats.endings.has(path.extname(name).toLowerCase())) return undefined;
  try {
    const head = await readHead(place, HEAD_BYTES);
    if (recognizeFormat(head) !== undefined) return undefined;
    return reason('file_ignored', place, 'is no picture.');
  } catch (thrown) {
    const { code, message, details } = toLikenessError(thrown);
    return { file: place, code, message, details: { ...details } };
  }
}

const hiddenKind = (name: string): string =>
  name.startsWith('._') ? 'what macOS notes about a file, no picture' : 'hidden';

const entriesOf = (folder: string, entries: readonly Dirent[]): Promise<Entry[]> =>
  Promise.all(
    entries
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((entry) => entryOf(entry, path.join(folder, entry.name))),
  );

async function entryOf(entry: Dirent, place: string): Promise<Entry> {
  const { name } = entry;
  if (name.startsWith('.')) return { name, place, kind: 'hidden' };
  try {
    if (entry.isSymbolicLink()) await refuseLinks(place);
    return { name, place, ...kindOf(entry.isSymbolicLink() ? await stat(place) : entry, place) };
  } catch (thrown) {
    const { code, message, details } = brokenLink(thrown, place);
    const problem = { file: place, code, message, details: { ...details } };
    return { name, place, kind: 'other', problem };
  }
}

function kindOf(entry: Dirent | Stats, place: string): Pick<Entry, 'kind' | 'problem'> {
  if (entry.isDirectory()) return { kind: 'folder' };
  if (entry.isFile()) return { kind: 'file' };
  const problem = reason('file_unreadable', place, `is ${nameOfKind(entry)}, not a file.`);
  return { kind: 'other', problem };
}

function brokenLink(thrown: unknown, place: string): LikenessError {
  const error = toLikenessError(thrown);
  if (error.code !== 'file_not_found') return error;
  return new LikenessError('file_not_found', `${place} is a link to something that is not there.`, {
    details: { file: place },
    cause: thrown,
  });
}

/** Looked at again afterwards: a folder that has become a link meanwhile is not what was listed. */
async function list(folder: string): Promise<readonly Dirent[]> {
  await refuseLinks(folder);
  const entries = await readdir(folder, { withFileTypes: true });
  await refuseLinks(folder);
  return entries;
}

async function readRoot(root: string): Promise<readonly Dirent[]> {
  try {
    return await list(root);
  } catch (thrown) {
    const isFile = (thrown as NodeJS.ErrnoException).code === 'ENOTDIR';
    if (!isFile) throw toLikenessError(thrown);
    throw new LikenessError(
      'file_not_directory',
      `${root} is no folder. Give the folder that has a subfolder of pictures per person.`,
      { details: { file: root }, cause: thrown },
    );
  }
}

const realpathOf = (folder: string): Promise<string> =>
  realpath(folder).catch((thrown: unknown) => {
    throw toLikenessError(thrown);
  });

const misplaced = (file: string, problem: string): Refusal =>
  reason('photo_misplaced', file, `${problem}.`);

const reason = (code: ErrorCode, file: string, predicate: string): Refusal => ({
  file,
  code,
  message: `${file} ${predicate}`,
  details: { file },
});
