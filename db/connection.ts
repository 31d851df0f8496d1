import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../app/contract/errors.ts';
import { corrupt, toOpeningError } from './errors.ts';
import { migrate, refuseNewer, schemaVersion, type Migration } from './migrate.ts';

/** "Like" in ASCII; the first migration writes it. */
export const APPLICATION_ID = 0x4c696b65;
/** How long a writer waits for another process, in milliseconds. */
const BUSY_TIMEOUT = 10_000;

/**
 * Opens or creates a database file and brings it to the newest schema. A file that is damaged,
 * foreign or from the future is refused before anything is written to it.
 * Errors: `database_unavailable`, `database_corrupt`, `database_newer`, `database_busy`, `disk_full`.
 */
export function connect(file: string, migrations: readonly Migration[]): Database.Database {
  let sqlite: Database.Database | undefined;
  try {
    prepareFile(file);
    sqlite = new Database(file, { timeout: BUSY_TIMEOUT });
    inspect(sqlite, migrations.at(-1)?.version ?? 0);
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
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  if (!statSync(file).isFile())
    throw new LikenessError('database_unavailable', `The database ${file} is not a regular file.`, {
      details: { file },
    });
}

function inspect(sqlite: Database.Database, newest: number): void {
  const findings = sqlite.pragma('quick_check(1)', { simple: true }) as string;
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
