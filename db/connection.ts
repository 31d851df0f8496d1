import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';
import { APPLICATION_ID, storeMarks, WRITE_VERSION } from '../foundation/files/store-files.ts';
import { corrupt, sqliteCode, toOpeningError } from './errors.ts';
import { migrate, refuseNewer, schemaVersion, type Migration } from './migrate.ts';

/** How long a writer waits for another process, in milliseconds. */
const BUSY_TIMEOUT = 10_000;

/**
 * Opens or creates a database file and brings it to the newest schema. A file that is damaged,
 * empty, foreign, from the future, or beside the log of another database is refused before anything
 * is written to it.
 * Errors: `database_unavailable`, `database_corrupt`, `database_newer`, `database_busy`, `disk_full`.
 */
export function connect(file: string, migrations: readonly Migration[]): Database.Database {
  let sqlite: Database.Database | undefined;
  try {
    prepareFile(file);
    const newest = migrations.at(-1)?.version ?? 0;
    const inspected = hasLog(file) && inspectUntouched(file, newest);
    sqlite = new Database(file, { timeout: BUSY_TIMEOUT });
    if (!inspected) inspect(sqlite, newest);
    configure(sqlite);
    migrate(sqlite, migrations);
    return sqlite;
  } catch (thrown) {
    sqlite?.close();
    throw toOpeningError(thrown, file);
  }
}

/** Creates folder and file for their owner only: SQLite gives its log the permissions of the file. */
function prepareFile(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) create(file);
  const found = statSync(file);
  if (!found.isFile())
    throw new LikenessError('database_unavailable', `The database ${file} is not a regular file.`, {
      details: { file },
    });
  if (found.size === 0) throw corrupt(file, 'it is empty: 0 bytes');
  refuseOtherLog(file);
}

/** A file appears with its first page in it, so that an empty one has lost what it held. */
function create(file: string): void {
  const folder = mkdtempSync(file + storeMarks.new);
  const partial = path.join(folder, 'new.db');
  try {
    closeSync(openSync(partial, 'wx', 0o600));
    const sqlite = new Database(partial);
    sqlite.pragma('journal_mode = WAL');
    sqlite.close();
    linkSync(partial, file);
  } catch (thrown) {
    // Another process may have been first. Where a disk has no links, SQLite makes the file itself.
    if (existsSync(file)) return;
    if (!isWithoutLinks(thrown)) throw thrown;
    closeSync(openSync(file, 'a', 0o600));
    const sqlite = new Database(file);
    sqlite.pragma('journal_mode = WAL');
    sqlite.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether a disk refused a hard link because it knows none. */
export const isWithoutLinks = (thrown: unknown): boolean =>
  ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes((thrown as { code?: string }).code ?? '') &&
  (thrown as NodeJS.ErrnoException).syscall === 'link';

/** Of a log that has nothing in it: no more than its own header. */
const LOG_HEADER = 32;

/**
 * A log (`-wal`) belongs to the database that it lies beside, but nothing in it says so. Our copies
 * are written by a journal and have none: one that lies beside a log was put over another database,
 * whose pages SQLite would mix into it.
 *
 * @throws LikenessError database_corrupt
 */
export function refuseOtherLog(file: string): void {
  const log = `${file}-wal`;
  if (!hasLog(file) || writeVersion(file) !== 1) return;
  throw new LikenessError(
    'database_corrupt',
    `${file} lies beside ${path.basename(log)}, the log of another database: a copy was put over ` +
      'one that was in use. Nothing was changed. Close Likeness everywhere, then give the copy to ' +
      '"likeness backup restore".',
    { details: { file, log } },
  );
}

const hasLog = (file: string): boolean =>
  (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > LOG_HEADER;

function writeVersion(file: string): number | undefined {
  const bytes = Buffer.alloc(WRITE_VERSION + 1);
  const handle = openSync(file, 'r');
  try {
    return readSync(handle, bytes, 0, bytes.length, 0) === bytes.length
      ? bytes[WRITE_VERSION]
      : undefined;
  } finally {
    closeSync(handle);
  }
}

/**
 * By a connection that cannot write: the last one that can would write the log into the file. Gives
 * whether that was possible; a journal has to be rolled back first by one that writes.
 */
function inspectUntouched(file: string, newest: number): boolean {
  let sqlite: Database.Database | undefined;
  try {
    sqlite = new Database(file, { readonly: true, timeout: BUSY_TIMEOUT });
    inspect(sqlite, newest);
    return true;
  } catch (thrown) {
    if (/^SQLITE_(READONLY|CANTOPEN)/u.test(sqliteCode(thrown) ?? '')) return false;
    throw thrown;
  } finally {
    sqlite?.close();
  }
}

/** Beside a log that may be of another database, indexes are held against their tables as well. */
function inspect(sqlite: Database.Database, newest: number): void {
  const check = hasLog(sqlite.name) ? 'integrity_check(1)' : 'quick_check(1)';
  const findings = sqlite.pragma(check, { simple: true }) as string;
  if (findings !== 'ok') throw corrupt(sqlite.name, findings);
  refuseForeign(sqlite);
  refuseNewer(sqlite.name, schemaVersion(sqlite), newest);
}

function refuseForeign(sqlite: Database.Database): void {
  const id = sqlite.pragma('application_id', { simple: true }) as number;
  const isNew = sqlite.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (id === APPLICATION_ID || isNew) return;
  throw new LikenessError(
    'database_unavailable',
    `${sqlite.name} is the database of another program. Choose another data folder.`,
    { details: { file: sqlite.name, applicationId: id } },
  );
}

function configure(sqlite: Database.Database): void {
  const journal = sqlite.pragma('journal_mode = WAL', { simple: true }) as string;
  if (journal !== 'wal')
    throw new LikenessError(
      'database_unavailable',
      `The database ${sqlite.name} lies where several processes cannot share it (a network drive?). Choose a folder on a local disk.`,
      { details: { file: sqlite.name, journal } },
    );
  // What is reported as done must survive a power cut, and what is deleted must be gone.
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma('secure_delete = ON');
  sqlite.pragma('foreign_keys = ON');
  // Temporary copies of rows stay off the disk.
  sqlite.pragma('temp_store = MEMORY');
  sqlite.pragma('trusted_schema = OFF');
}
