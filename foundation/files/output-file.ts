import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError, toLikenessError, type ErrorCode } from '../../contract/errors.ts';
import { refuseLinks } from './confinement.ts';
import { nameOfKind } from './read-file.ts';
import { storeFileAt } from './store-files.ts';

export interface OutputCheck {
  /** Files that the work reads. */
  readonly inputs?: readonly string[];
  /** The database that is in use: none of its files is written over, be it there yet or not. */
  readonly database?: string;
  /** A file that is there may be replaced; one that is read never is. */
  readonly replace?: boolean;
  /** Folders that are missing are made when it is written. */
  readonly makesFolders?: boolean;
}

/**
 * Makes sure, before the work begins, that a file can be written and nothing is lost by it: that it is
 * none of the inputs and no file of the store, by whatever name or link, and not there already. Gives its full path.
 *
 * @throws LikenessError file_not_found (no folder), file_not_directory, file_is_directory,
 *   file_unreadable (a device or pipe, no permission), output_is_input, file_exists,
 *   path_refused (a link, for a program)
 */
export async function checkOutput(
  output: string,
  { inputs = [], database, replace = false, makesFolders = false }: OutputCheck = {},
): Promise<string> {
  const file = path.resolve(output);
  await refuseLinks(file);
  const folder = await folderOf(file, makesFolders);
  const present = await stat(file).catch(() => null);
  if (present?.isDirectory() === true)
    throw refusal('file_is_directory', file, 'is a folder, but a file is to be written');
  if (present !== null && !present.isFile())
    throw refusal('file_unreadable', file, `is ${nameOfKind(present)}, not a file`);
  const own = storeFileAt(file, database);
  if (own !== undefined)
    throw new LikenessError(
      'output_is_input',
      `${output} is a file of a database of Likeness (${own}): everything in it would be lost. Name another file.`,
      { details: { file, input: own } },
    );
  for (const input of inputs)
    if (await isSame(file, input))
      throw new LikenessError(
        'output_is_input',
        `${output} is read as well (${input}): it would be lost. Name another file.`,
        { details: { file, input } },
      );
  // A link to nothing is something, too.
  if (!replace && (await lstat(file).catch(() => null)) !== null)
    throw refusal('file_exists', file, 'is there already and was left as it is');
  await tryToWrite(folder);
  return file;
}

/** The folder that the file lies in, or the nearest one above it that is there. */
async function folderOf(file: string, makesFolders: boolean): Promise<string> {
  const folder = path.dirname(file);
  const found = await stat(folder).catch((thrown: unknown) => toLikenessError(thrown));
  if (found instanceof LikenessError) {
    if (found.code !== 'file_not_found') throw found;
    if (makesFolders && path.dirname(folder) !== folder) return folderOf(folder, true);
    throw refusal('file_not_found', folder, 'does not exist: nothing can be written there');
  }
  if (!found.isDirectory()) throw refusal('file_not_directory', folder, 'is no folder');
  return folder;
}

/** Two names of one file: links, another spelling, capital letters where those do not count. */
async function isSame(file: string, input: string): Promise<boolean> {
  if (path.resolve(input) === file) return true;
  const [a, b] = await Promise.all(
    [file, input].map((each) => stat(each, { bigint: true }).catch(() => null)),
  );
  return a != null && b != null && a.ino !== 0n && a.ino === b.ino && a.dev === b.dev;
}

/** Permissions alone do not tell: of read-only disks, of quotas, of other systems' rules. */
async function tryToWrite(folder: string): Promise<void> {
  const probe = unfinishedName(folder);
  try {
    await (await open(probe, 'wx')).close();
  } catch (thrown) {
    const { code, details } = toLikenessError(thrown);
    throw new LikenessError(code, `Nothing can be written to ${folder}.`, {
      details: { ...details, file: folder },
      cause: thrown,
    });
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

const refusal = (code: ErrorCode, file: string, predicate: string): LikenessError =>
  new LikenessError(code, `${file} ${predicate}.`, { details: { file } });

/** Windows knows no such flag. */
const NOT_FOLLOWED = (constants.O_NOFOLLOW as number | undefined) ?? 0;

/**
 * Opens a file that has its name for good and grows from one run to the next: for its owner only, and
 * never what a link leads to.
 *
 * @throws the system's error (ELOOP: it is a link); LikenessError file_unreadable (a device or pipe)
 */
export async function openGrowing(file: string, { empty = false } = {}): Promise<FileHandle> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | NOT_FOLLOWED;
  const handle = await open(file, empty ? flags | constants.O_TRUNC : flags, 0o600);
  const found = await handle.stat();
  if (found.isFile()) return handle;
  await handle.close();
  throw refusal('file_unreadable', file, `is ${nameOfKind(found)}, not a file`);
}

/** In one piece, in several, or as they come to be made. */
type Content = string | Uint8Array | readonly Uint8Array[] | AsyncIterable<Uint8Array>;

interface WholeFile {
  /** Of a file that is new; one that is replaced keeps its owner, and no more rights than it had. */
  readonly mode?: number;
}

/**
 * Writes a file so that whoever looks sees all of it or none, and whatever interrupts this leaves
 * what was there before. It is written beside its place, under a name that nobody can foresee and
 * that is made anew, so that no link leads elsewhere. The pieces must not change meanwhile: no copy
 * of them is made.
 *
 * @throws the system's error, e.g. ENOSPC; with the path of the file itself
 */
export async function writeWhole(
  file: string,
  content: Content,
  { mode = 0o600 }: WholeFile = {},
): Promise<void> {
  const partial = await writeBeside(file, content, { mode });
  try {
    await rename(partial, file);
  } catch (thrown) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw aboutFile(thrown, file);
  }
}

/**
 * The first half of `writeWhole`, for callers that put several files in place at once.
 *
 * @returns the file that is to be renamed; it is on the disk for good
 * @throws as `writeWhole`; then nothing is left
 */
export async function writeBeside(
  file: string,
  content: Content,
  { mode = 0o600 }: WholeFile = {},
): Promise<string> {
  const former = await lstat(file).catch(() => null);
  const replaced = former?.isFile() === true ? former : null;
  const partial = unfinishedName(path.dirname(file));
  try {
    await using handle = await open(partial, 'wx', replaced === null ? mode : mode & replaced.mode);
    if (replaced !== null) await keepOwner(handle, replaced);
    for await (const piece of piecesOf(content)) await handle.writeFile(piece);
    await handle.sync();
    return partial;
  } catch (thrown) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw aboutFile(thrown, file);
  }
}

/** The name that was written under means nothing to anybody. */
const aboutFile = (thrown: unknown, file: string): unknown =>
  thrown instanceof Error ? Object.assign(thrown, { path: file }) : thrown;

const piecesOf = (content: Content) =>
  typeof content === 'string' || content instanceof Uint8Array ? [content] : content;

/** Only the superuser writes files of others; then they stay theirs. */
async function keepOwner(
  handle: FileHandle,
  { uid, gid }: { readonly uid: number; readonly gid: number },
): Promise<void> {
  if (process.getuid?.() === 0) await handle.chown(uid, gid).catch(() => undefined);
}

/**
 * A name in the folder that nobody has or can foresee; open it with `wx`. It has the number of the
 * process, so that `removeUnfinished` knows whether somebody is still at work on it.
 */
export const unfinishedName = (folder: string): string =>
  path.join(folder, `.likeness-${process.pid}-${randomBytes(8).toString('hex')}.part`);

/** The names of `writeWhole`, and those that earlier versions gave. */
const UNFINISHED =
  /^(?:\.likeness-(\d+)-[0-9a-f]{16}\.part|.+\.(\d+)\.part|\d+\.checkpoint\.part)$/u;
/** After so many milliseconds an unfinished file is abandoned, even if a process has its number again. */
const ABANDONED = 60 * 60 * 1000;

/**
 * Removes what processes that have died left half written in a folder of ours.
 *
 * @returns the files that went
 */
export async function removeUnfinished(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const removed: string[] = [];
  for (const name of names) {
    const match = UNFINISHED.exec(name);
    if (match === null) continue;
    const file = path.join(folder, name);
    const owner = Number(match[1] ?? match[2] ?? 0);
    if (isRunning(owner) && !(await isAbandoned(file))) continue;
    const gone = await rm(file, { force: true }).then(
      () => true,
      () => false,
    );
    if (gone) removed.push(file);
  }
  return removed;
}

async function isAbandoned(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => null);
  return found === null || Math.abs(Date.now() - found.mtimeMs) > ABANDONED;
}

function isRunning(pid: number): boolean {
  if (pid === 0) return false;
  try {
    // Signal 0 only asks.
    return process.kill(pid, 0);
  } catch (thrown) {
    // A process of somebody else runs as well.
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
