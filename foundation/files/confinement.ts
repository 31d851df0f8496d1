import { AsyncLocalStorage } from 'node:async_hooks';
import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError } from '../../contract/errors.ts';

/**
 * [Note: confinement] A program with a key works in folders that the owner allowed. Where it may go is
 * decided once, in `app/services/programs.ts`; but what lies in such a folder may be a link out of it,
 * or may become one before it is opened. So whoever opens, lists or writes a file asks here, in the
 * process of the services as in those of the models: inside the folders of the call under way, no
 * link is followed, and what was opened is looked at again. A hard link cannot be told from a file.
 */
const storage = new AsyncLocalStorage<readonly string[]>();

/** Carries work out that may follow no link inside these folders, which are full and without links. */
export const confined = <T>(folders: readonly string[], work: () => T): T =>
  storage.run(folders, work);

/** For work that one call begins and others go on with. */
export const unconfined = <T>(work: () => T): T => storage.exit(work);

/** The folders of the call under way; undefined where it is no program's. */
export const confinement = (): readonly string[] | undefined => storage.getStore();

/** Whether links on the way to this file, or at its end, must not be followed. */
export const isConfined = (file: string): boolean => folderAround(file) !== undefined;

/**
 * Refuses, where the call is a program's, a file or folder that a link stands for or lies behind,
 * whether or not there is anything at its end.
 *
 * @throws LikenessError path_refused
 */
export async function refuseLinks(file: string): Promise<void> {
  const folder = folderAround(file);
  if (folder === undefined) return;
  const { real, rest } = await withoutLinks(folder, path.relative(folder, file).split(path.sep));
  if (path.join(real, ...rest) !== file) throw refused(file);
}

/** macOS refuses a link in any part of the path (`O_NOFOLLOW_ANY`), the others one at its end. */
const NO_LINK =
  process.platform === 'darwin' ? 0x20000000 : ((constants.O_NOFOLLOW as number | undefined) ?? 0);

/**
 * Opens a file for reading, where the call is a program's as the very file that has this path: what
 * was a folder when it was looked at may be a link when it is opened. Linux says where an open file
 * lies; elsewhere the path is looked at again.
 *
 * @throws LikenessError path_refused; the system's errors
 */
export async function openWithoutLinks(file: string, flags: number): Promise<FileHandle> {
  if (folderAround(file) === undefined) return open(file, flags);
  const handle = await open(file, flags | NO_LINK);
  try {
    const place = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => null);
    if (place === null) {
      if (!(await isSame(file, await handle.stat({ bigint: true })))) throw refused(file);
      await refuseLinks(file);
    } else if (place !== file) throw refused(file);
    return handle;
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/**
 * Goes down from a folder, part by part, and follows no link.
 *
 * @param folder full and without links
 * @returns as much of the way as is there, spelled as the system does, and the parts that are not
 * @throws LikenessError path_refused at a link, also at one that leads nowhere
 */
export async function withoutLinks(
  folder: string,
  parts: readonly string[],
): Promise<{ readonly real: string; readonly rest: readonly string[] }> {
  let place = folder;
  let taken = 0;
  for (const part of parts) {
    const next = path.join(place, part);
    const found = await lstat(next).catch(() => null);
    if (found === null) break;
    if (found.isSymbolicLink()) throw refused(next);
    place = next;
    taken += 1;
  }
  const real = await realpath(place).catch(() => null);
  if (real === null || !isWithin(folder, real)) throw refused(place);
  return { real, rest: parts.slice(taken) };
}

/** Both full; a folder lies within itself. */
export const isWithin = (folder: string, file: string): boolean =>
  file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);

const folderAround = (file: string): string | undefined =>
  confinement()?.find((folder) => isWithin(folder, file));

async function isSame(file: string, { dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>) {
  const found = await stat(file, { bigint: true }).catch(() => null);
  return found !== null && found.dev === dev && found.ino === ino;
}

const refused = (file: string): LikenessError =>
  new LikenessError('path_refused', `${file} is a link, or lies behind one: programs get none.`, {
    details: { file },
  });
