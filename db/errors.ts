import { statfsSync } from 'node:fs';
import path from 'node:path';
import { LikenessError, toLikenessError, type ErrorCode } from '../contract/errors.ts';

/** What SQLite's result codes (by prefix, the most specific first) mean to a person. */
const meanings: readonly (readonly [prefix: string, code: ErrorCode, sentence: string])[] = [
  ['SQLITE_FULL', 'disk_full', 'could not grow: the disk is full. Free some space and try again.'],
  // The index beside the log could not be given its room.
  [
    'SQLITE_IOERR_SHMSIZE',
    'disk_full',
    'could not be opened: the disk is full. Free some space and try again.',
  ],
  [
    'SQLITE_BUSY',
    'database_busy',
    'is held by another process. Close other Likeness windows and commands, then try again.',
  ],
  [
    'SQLITE_CORRUPT',
    'database_corrupt',
    'is damaged. It was left untouched: move it away or restore a backup, then start again.',
  ],
  [
    'SQLITE_NOTADB',
    'database_corrupt',
    'is no database. It was left untouched: move it away or restore a backup, then start again.',
  ],
  [
    'SQLITE_READONLY',
    'database_unavailable',
    'may not be written. Check the permissions of the file and its folder.',
  ],
  [
    'SQLITE_CANTOPEN',
    'database_unavailable',
    'cannot be opened or created. Check the path and its permissions.',
  ],
  [
    'SQLITE_IOERR',
    'database_unavailable',
    'could not be read or written. Check the disk and its free space.',
  ],
];

/** Gives an error of SQLite, or of the file system around it, its code and a sentence that names the file. */
export function toStoreError(thrown: unknown, file: string): LikenessError {
  const sqlite = sqliteCode(thrown);
  if (sqlite === undefined) return toLikenessError(thrown);
  const result = sqlite.startsWith('SQLITE_IOERR') && isDiskFull(file) ? 'SQLITE_FULL' : sqlite;
  const meaning = meanings.find(([prefix]) => result.startsWith(prefix));
  const [, code, sentence] = meaning ?? (['', 'internal', 'refused a statement'] as const);
  return new LikenessError(code, `The database ${file} ${sentence}`, {
    details: { file, sqlite },
    cause: thrown,
  });
}

/** Less room than a few pages of the write-ahead log need. */
const SCARCE_BYTES = 64 * 1024;

/** Where the shared-memory file cannot grow, SQLite calls a full disk an input/output error. */
function isDiskFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(path.dirname(file));
    return bavail * bsize < SCARCE_BYTES;
  } catch {
    return false;
  }
}

/** A folder or file that cannot be made or opened makes the database unavailable, unless the disk is full. */
export function toOpeningError(thrown: unknown, file: string): LikenessError {
  const error = toStoreError(thrown, file);
  if (error.code === 'disk_full' || !isSystemError(thrown)) return error;
  return new LikenessError(
    'database_unavailable',
    `The database ${file} cannot be opened or created: ${thrown.message}. Choose another data folder.`,
    { details: { file, errno: thrown.code }, cause: thrown },
  );
}

const isSystemError = (thrown: unknown): thrown is NodeJS.ErrnoException =>
  thrown instanceof Error && 'syscall' in thrown;

export const corrupt = (file: string, finding: string): LikenessError =>
  new LikenessError(
    'database_corrupt',
    `The database ${file} fails its integrity check (${finding}). It was left untouched: move it away or restore a backup, then start again.`,
    { details: { file, finding } },
  );

/** The extended result code, such as SQLITE_IOERR_WRITE; undefined for other errors. */
export function sqliteCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || thrown.name !== 'SqliteError') return undefined;
  return (thrown as Error & { readonly code: string }).code;
}
