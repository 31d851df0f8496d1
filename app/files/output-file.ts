import { open, rm, stat, lstat } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError, toLikenessError, type ErrorCode } from '../contract/errors.ts';
import { nameOfKind } from './read-file.ts';

export interface OutputCheck {
  /** Files that the work reads. */
  readonly inputs?: readonly string[];
  /** A file that is there may be replaced; one that is read never is. */
  readonly replace?: boolean;
  /** Folders that are missing are made when it is written. */
  readonly makesFolders?: boolean;
}

/**
 * Makes sure, before the work begins, that a file can be written and nothing is lost by it: that it is
 * none of the inputs, by whatever name or link, and not there already. Gives its full path.
 *
 * @throws LikenessError file_not_found (no folder), file_not_directory, file_is_directory,
 *   file_unreadable (a device or pipe, no permission), output_is_input, file_exists
 */
export async function checkOutput(
  output: string,
  { inputs = [], replace = false, makesFolders = false }: OutputCheck = {},
): Promise<string> {
  const file = path.resolve(output);
  const folder = await folderOf(file, makesFolders);
  const present = await stat(file).catch(() => null);
  if (present?.isDirectory() === true)
    throw refusal('file_is_directory', file, 'is a folder, but a file is to be written');
  if (present !== null && !present.isFile())
    throw refusal('file_unreadable', file, `is ${nameOfKind(present)}, not a file`);
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
  const probe = path.join(folder, `.likeness-${process.pid}-${Date.now()}.probe`);
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
