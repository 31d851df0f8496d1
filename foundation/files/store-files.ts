import { closeSync, openSync, readdirSync, readSync, statSync, type BigIntStats } from 'node:fs';
import path from 'node:path';

/**
 * [Note: files of the store] Every file in which there may be what the database holds:
 *
 * - `likeness.db` with what SQLite keeps beside it: `databaseFiles`;
 * - former states of it, kept on purpose: `.before-migration-…` and `.before-restore-…`;
 * - what is not finished: folders `.unfinished-…` and `.new-…`, by earlier versions files
 *   `.restoring-…`, `….part` and `….new`;
 * - backups, and what is not finished of them, wherever the user wanted them: the table `copies`;
 * - pictures that were handed over to be painted from: the folder `pictures`.
 *
 * Deletion counts, removes or names all of them (db/erasure.ts, app/services/erasure.ts), and nothing
 * is ever written over one (`storeFileAt`).
 */

/** The files of a database that SQLite reads and writes; not all of them are always there. */
const databaseFiles = (database: string): readonly string[] =>
  ['', '-wal', '-shm', '-journal'].map((suffix) => database + suffix);

/** What follows the name of the database in the names of all that lies beside it. */
export const storeMarks = {
  migration: '.before-migration-',
  restore: '.before-restore-',
  unfinished: '.unfinished-',
  new: '.new-',
  aside: '.set-aside-',
  formerStaged: '.restoring-',
} as const;

/** Pictures that somebody handed over, in the folder of the database. */
export const PICTURES = 'pictures';

/**
 * Which file of a store has this name, by whatever link, spelling or path; undefined where none has.
 * Files that are not there yet count as well: SQLite would take what stands in their place for its own.
 *
 * @param database the file of the database that is in use; of other stores, only what SQLite reads and
 *   writes is told from backups, which nobody opens
 */
export function storeFileAt(candidate: string, database?: string): string | undefined {
  const file = path.resolve(candidate);
  return (database === undefined ? undefined : ownFileAt(file, database)) ?? otherFileAt(file);
}

function ownFileAt(file: string, database: string): string | undefined {
  const there = statOf(file);
  const own = databaseFiles(database).find((each) => {
    const found = statOf(each);
    return each === file || (there !== null && found !== null && isSame(there, found));
  });
  if (own !== undefined) return own;
  const [folder, store] = [path.dirname(file), path.dirname(path.resolve(database))];
  if (isSameFolder(folder, path.join(store, PICTURES))) return file;
  if (!isSameFolder(folder, store)) return undefined;
  const base = folded(path.basename(database));
  const name = folded(path.basename(file));
  const isOurs =
    databaseFiles(base).includes(name) ||
    Object.values(storeMarks).some((mark) => name.startsWith(base + mark));
  return isOurs ? file : undefined;
}

/** A database of Likeness with a log, as only stores have it, or what would be read as its log. */
function otherFileAt(file: string): string | undefined {
  if (isStore(file)) return file;
  const log = /^(.+)-(?:wal|shm|journal)$/u.exec(folded(path.basename(file)));
  if (log === null) return undefined;
  const folder = path.dirname(file);
  const base = list(folder).find((name) => folded(name) === log[1]);
  return base !== undefined && isStore(path.join(folder, base)) ? file : undefined;
}

/** "Like" in ASCII, in the header of every database of ours. */
export const APPLICATION_ID = 0x4c696b65;
const MAGIC = 'SQLite format 3\0';
/** Where the header says how the file is written: 1 by a journal, as backups are; 2 by a log. */
export const WRITE_VERSION = 18;
const ID_AT = 68;

function isStore(file: string): boolean {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
    const header = Buffer.alloc(100);
    const handle = openSync(file, 'r');
    try {
      if (readSync(handle, header, 0, header.length, 0) < header.length) return false;
    } finally {
      closeSync(handle);
    }
    return (
      header.toString('latin1', 0, MAGIC.length) === MAGIC &&
      header[WRITE_VERSION] === 2 &&
      header.readUInt32BE(ID_AT) === APPLICATION_ID
    );
  } catch {
    return false;
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Names that some disk takes for one: case, width, composed letters, dots at the end, streams. */
const folded = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/:.*$/u, '')
    .replace(/[. ]+$/u, '')
    .normalize('NFC');

function isSameFolder(a: string, b: string): boolean {
  if (path.resolve(a) === path.resolve(b)) return true;
  const [first, second] = [statOf(a), statOf(b)];
  return first !== null && second !== null && isSame(first, second);
}

const isSame = (a: BigIntStats, b: BigIntStats): boolean =>
  a.ino !== 0n && a.ino === b.ino && a.dev === b.dev;

function statOf(file: string): BigIntStats | null {
  try {
    return statSync(file, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
