import {
  chownSync,
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError, toLikenessError } from '../contract/errors.ts';
import { APPLICATION_ID, storeFileAt } from '../foundation/files/store-files.ts';
import { connect, isWithoutLinks, refuseOtherLog } from './connection.ts';
import { sqliteCode } from './errors.ts';
import { isBackupOf, keptFile, refuseNewer, schemaVersion, type Migration } from './migrate.ts';
import { forgetCopy, noteCopy } from './tables/copies.ts';
import { Workspace } from './workspace.ts';

/**
 * Copies a database that is in use into one file, page by page between other work; whoever looks
 * sees the whole copy or none. Only its owner reads it. Where it lies is noted in the database, so
 * that a deletion can name it, and what is left of it after a kill is found.
 *
 * @param replace a file that is there by the time of the copy's end is replaced
 * @throws LikenessError file_exists; what the disk refuses with
 */
export async function backUp(
  sqlite: Database.Database,
  file: string,
  replace: boolean,
): Promise<void> {
  const now = new Date();
  const begin = sqlite.transaction(() => {
    const opened = Workspace.forBackup(file);
    noteCopy(sqlite, opened.folder, 'unfinished', now);
    noteCopy(sqlite, file, 'backup', now);
    return opened;
  });
  using work = begin.immediate();
  const partial = await copyInto(work, sqlite);
  finishCopy(partial);
  place(partial, file, replace);
  forgetCopy(sqlite, work.folder);
}

/** As it is, be it damaged: what is there before a restore is kept, not judged. */
async function keepCopy(work: Workspace, sqlite: Database.Database, file: string): Promise<void> {
  const partial = await copyInto(work, sqlite);
  withoutLog(partial, false);
  keepOwner(sqlite.name, partial);
  place(partial, file, false);
}

async function copyInto(work: Workspace, sqlite: Database.Database): Promise<string> {
  const partial = work.file('copy.db');
  closeSync(openSync(partial, 'wx', 0o600));
  await sqlite.backup(partial);
  return partial;
}

/** @throws LikenessError file_exists where one is there that is not to be replaced */
function place(partial: string, file: string, replace: boolean): void {
  if (replace) {
    keepOwner(file, partial);
    renameSync(partial, file);
    return;
  }
  try {
    // Unlike a rename, this takes no file's place, whenever that came to be there.
    linkSync(partial, file);
    return;
  } catch (thrown) {
    const present = lstatSync(file, { throwIfNoEntry: false });
    if (present === undefined && isWithoutLinks(thrown)) {
      renameSync(partial, file);
      return;
    }
    if (present === undefined) throw thrown;
  }
  throw new LikenessError('file_exists', `${file} is there already and was left as it is.`, {
    details: { file },
  });
}

/** Only the superuser works on files of others; what takes their place belongs to the same user. */
export function keepOwner(of: string, file: string): void {
  if (process.getuid?.() !== 0) return;
  const former = lstatSync(of, { throwIfNoEntry: false });
  if (former?.isFile() === true) chownSync(file, former.uid, former.gid);
}

/**
 * Without a log beside it, checked, and on the disk for good. Written anew, as pages may still hold
 * what was deleted where a scrub is due.
 */
function finishCopy(file: string): void {
  withoutLog(file, true);
  const copy = new Database(file, { readonly: true });
  try {
    refuseDamaged(copy, file);
  } finally {
    copy.close();
  }
}

function withoutLog(file: string, anew: boolean): void {
  const copy = new Database(file);
  try {
    copy.pragma('temp_store = MEMORY');
    copy.pragma('journal_mode = DELETE');
    if (anew) copy.exec('VACUUM');
  } finally {
    copy.close();
  }
  const handle = openSync(file, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}

/**
 * What this machine decides, not a copy: whose keys are valid, who has to wait after wrong secrets,
 * where copies lie, and what is still to be erased.
 */
const KEPT_TABLES: readonly string[] = ['api_keys', 'attempts', 'copies', 'erasure'];

/**
 * Puts the content of a backup in the place of what a database holds, in one transaction, so that
 * other connections stay open. What was there is copied first; gives the name of that copy. Numbers
 * of people and templates go on from the higher of the two, keys of other programs stay as they
 * are, and so do the PIN of the kiosk, where there is one, and what is known of this clock.
 *
 * @throws LikenessError file_not_found, file_is_directory, backup_foreign, database_newer,
 *   database_corrupt; then nothing has changed
 */
export async function restore(
  sqlite: Database.Database,
  backup: string,
  migrations: readonly Migration[],
  now: Date,
): Promise<string> {
  refuseStore(backup, sqlite.name);
  using work = sqlite.transaction(() => Workspace.ofStore(sqlite.name)).immediate();
  const staged = work.file('staged.db');
  stage(backup, staged, migrations);
  const kept = keptFile(sqlite.name, now);
  await keepCopy(work, sqlite, kept);
  try {
    sqlite.prepare('ATTACH ? AS staged').run(staged);
    try {
      inBackup(backup, () =>
        sqlite
          .transaction(() => {
            takeOver(sqlite);
            if (!isKept(backup, sqlite.name)) noteCopy(sqlite, path.resolve(backup), 'backup', now);
          })
          .immediate(),
      );
    } finally {
      sqlite.exec('DETACH staged');
    }
    return kept;
  } catch (thrown) {
    // Nothing has changed, so there is nothing to be kept: or every attempt would leave another copy.
    rmSync(kept, { force: true });
    throw thrown;
  }
}

/** The store of another data folder may be taken over: it is only read. */
const isBeside = (file: string, database: string): boolean =>
  path.dirname(file) === path.dirname(database) ||
  realpathSync(path.dirname(file)) === realpathSync(path.dirname(database));

/** Former states of the database are found beside it. */
export const isKept = (backup: string, database: string): boolean =>
  isBackupOf(path.basename(database), path.basename(backup));

/**
 * Refuses to restore the database from its own files; former states of it are backups.
 *
 * @throws LikenessError output_is_input
 */
export function refuseStore(backup: string, database: string): void {
  const own = storeFileAt(backup, database);
  if (own === undefined || isKept(own, database) || !isBeside(own, database)) return;
  throw new LikenessError(
    'output_is_input',
    `${backup} is a file of the database that is in use (${own}), no backup of it. Nothing was changed.`,
    { details: { file: backup, input: own } },
  );
}

/** A checked copy of the backup, in the newest schema. */
export function stage(backup: string, staged: string, migrations: readonly Migration[]): void {
  refuseNoFile(backup);
  refuseOtherLog(backup);
  closeSync(openSync(staged, 'wx', 0o600));
  try {
    const source = new Database(backup, { readonly: true, fileMustExist: true });
    try {
      refuseDamaged(source, backup);
      refuseForeign(source, backup);
      refuseNewer(backup, schemaVersion(source), migrations.at(-1)?.version ?? 0);
      source.prepare('VACUUM INTO ?').run(staged);
    } finally {
      source.close();
    }
  } catch (thrown) {
    throw sqliteCode(thrown) === undefined ? thrown : asDamage(thrown, backup);
  }
  inBackup(backup, () => connect(staged, migrations).close());
}

function refuseNoFile(file: string): void {
  try {
    if (statSync(file).isFile()) return;
  } catch (thrown) {
    throw toLikenessError(thrown);
  }
  throw new LikenessError('file_is_directory', `${file} is no file. Choose a backup.`, {
    details: { file },
  });
}

function refuseDamaged(sqlite: Database.Database, file: string): void {
  const finding = sqlite.pragma('integrity_check(1)', { simple: true }) as string;
  if (finding !== 'ok') throw damaged(file, finding);
}

function refuseForeign(sqlite: Database.Database, file: string): void {
  const id = sqlite.pragma('application_id', { simple: true }) as number;
  if (id === APPLICATION_ID) return;
  throw new LikenessError(
    'backup_foreign',
    `${file} is no backup of Likeness. Nothing was changed; choose another file.`,
    { details: { file, applicationId: id } },
  );
}

const DAMAGE = /^SQLITE_(?:CORRUPT|NOTADB|ERROR|CONSTRAINT|MISMATCH|TOOBIG|RANGE|FORMAT)/u;

/** Work on what a backup holds: tables that are not ours, or values that do not fit, are its damage. */
function inBackup(backup: string, work: () => void): void {
  try {
    work();
  } catch (thrown) {
    throw asDamage(thrown, backup);
  }
}

/** A lack of space is nothing that the backup could be blamed for. */
function asDamage(thrown: unknown, file: string): unknown {
  // One that has been put into words already keeps the code among its details.
  const told = thrown instanceof LikenessError ? thrown.details['sqlite'] : undefined;
  const code = sqliteCode(thrown) ?? (typeof told === 'string' ? told : '');
  return DAMAGE.test(code) ? damaged(file, code, thrown) : thrown;
}

const damaged = (file: string, finding: string, cause?: unknown): LikenessError =>
  new LikenessError(
    'database_corrupt',
    `${file} is damaged (${finding}) and cannot be used. Nothing was changed.`,
    { details: { file, finding }, cause },
  );

function takeOver(sqlite: Database.Database): void {
  sqlite.pragma('defer_foreign_keys = ON');
  const kept = [
    ...settingsOf(sqlite, 'clock.%'),
    ...settingsOf(sqlite, 'programs.%'),
    ...kioskSettings(sqlite),
  ];
  const tables = tablesOf(sqlite).filter((table) => !KEPT_TABLES.includes(table));
  for (const table of tables) sqlite.exec(`DELETE FROM main.${table}`);
  for (const table of tables)
    sqlite.exec(`INSERT INTO main.${table} SELECT * FROM staged.${table}`);
  raiseNumbers(sqlite);
  keepSettings(sqlite, kept);
}

const tablesOf = (sqlite: Database.Database): string[] =>
  sqlite
    .prepare<[], { readonly name: string }>(
      "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .all()
    .map(({ name }) => name);

/** No number is given twice, also none of those that only one of the two has seen. */
function raiseNumbers(sqlite: Database.Database): void {
  sqlite.exec(`
    INSERT INTO main.sqlite_sequence (name, seq)
      SELECT name, 0 FROM staged.sqlite_sequence
      WHERE name NOT IN (SELECT name FROM main.sqlite_sequence);
    UPDATE main.sqlite_sequence SET seq = max(seq, coalesce(
      (SELECT other.seq FROM staged.sqlite_sequence AS other
       WHERE other.name = main.sqlite_sequence.name), 0));`);
}

interface Setting {
  readonly key: string;
  readonly value: string;
}

/** None where no PIN is set: then that of the backup is as good as none. */
function kioskSettings(sqlite: Database.Database): Setting[] {
  const rows = settingsOf(sqlite, 'kiosk.%');
  return rows.some(({ key }) => key === 'kiosk.pin') ? rows : [];
}

const settingsOf = (sqlite: Database.Database, keys: string): Setting[] =>
  sqlite
    .prepare<[string], Setting>('SELECT key, value FROM main.settings WHERE key LIKE ?')
    .all(keys);

/** Whether the kiosk is locked goes with its PIN: of the two, nothing is mixed with the backup's. */
function keepSettings(sqlite: Database.Database, kept: readonly Setting[]): void {
  sqlite.exec("DELETE FROM main.settings WHERE key = 'kiosk.locked'");
  // Folders that programs may use are this machine's: those of the backup are somebody's wish.
  sqlite.exec("DELETE FROM main.settings WHERE key LIKE 'programs.%'");
  if (kept.some(({ key }) => key.startsWith('kiosk.')))
    sqlite.exec("DELETE FROM main.settings WHERE key LIKE 'kiosk.%'");
  const insert = sqlite.prepare('INSERT OR REPLACE INTO main.settings (key, value) VALUES (?, ?)');
  for (const { key, value } of kept) insert.run(key, value);
}
