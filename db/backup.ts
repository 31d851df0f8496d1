import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError, toLikenessError } from '../app/contract/errors.ts';
import { APPLICATION_ID, connect, refuseOtherLog } from './connection.ts';
import { sqliteCode } from './errors.ts';
import { asideFile, keptFile, refuseNewer, schemaVersion, type Migration } from './migrate.ts';

/**
 * Copies a database that is in use into one file, page by page between other work; whoever looks
 * sees the whole copy or none.
 *
 * @throws what the disk refuses with
 */
export async function backUp(sqlite: Database.Database, file: string): Promise<void> {
  await copyTo(sqlite, file, (partial) => finishCopy(partial));
}

/** As it is, be it damaged: what is there before a restore is kept, not judged. */
const keepCopy = (sqlite: Database.Database, file: string): Promise<void> =>
  copyTo(sqlite, file, withoutLog);

async function copyTo(
  sqlite: Database.Database,
  file: string,
  finish: (partial: string) => void,
): Promise<void> {
  const partial = `${file}.${process.pid}.part`;
  try {
    closeSync(openSync(partial, 'w', 0o600));
    await sqlite.backup(partial);
    finish(partial);
    renameSync(partial, file);
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal'])
      rmSync(partial + suffix, { force: true });
  }
}

/** Without a log beside it, checked, and on the disk for good. */
function finishCopy(file: string): void {
  withoutLog(file);
  const copy = new Database(file, { readonly: true });
  try {
    refuseDamaged(copy, file);
  } finally {
    copy.close();
  }
}

function withoutLog(file: string): void {
  const copy = new Database(file);
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
  const handle = openSync(file, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}

/** Where the access of other programs and of the kiosk is decided: by this machine, not by a copy. */
const KEPT_TABLE = 'api_keys';

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
  const staged = `${sqlite.name}.restoring-${process.pid}`;
  try {
    stage(backup, staged, migrations);
    const kept = keptFile(sqlite.name, now);
    await keepCopy(sqlite, kept);
    sqlite.prepare('ATTACH ? AS staged').run(staged);
    try {
      inBackup(backup, () => sqlite.transaction(() => takeOver(sqlite)).immediate());
    } finally {
      sqlite.exec('DETACH staged');
    }
    return kept;
  } finally {
    removeStaged(staged, migrations);
  }
}

/** A checked copy of the backup, in the newest schema. */
function stage(backup: string, staged: string, migrations: readonly Migration[]): void {
  refuseNoFile(backup);
  refuseOtherLog(backup);
  closeSync(openSync(staged, 'w', 0o600));
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

/**
 * Puts the content of a backup in the place of a database file that cannot be opened: damaged, empty,
 * of another program, or of a newer version. That file and its log are kept aside under the name that
 * this gives. Keys of other programs are not taken over: which of them were revoked, nobody knows.
 *
 * @throws LikenessError database_busy where another process has the file open; those of `restore`;
 *   then nothing has changed
 */
export function replaceDatabase(
  file: string,
  backup: string,
  migrations: readonly Migration[],
  now: Date,
): string {
  refuseHeld(file);
  const staged = `${file}.restoring-${process.pid}`;
  try {
    stage(backup, staged, migrations);
    const copy = connect(staged, migrations);
    try {
      copy.exec(`DELETE FROM ${KEPT_TABLE}`);
      copy.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      copy.close();
    }
    const kept = isForeign(file) ? asideFile(file, now) : keptFile(file, now);
    // The log first: without it the file is as unusable as before, should this end half-way.
    for (const suffix of ['-wal', '-shm', '-journal'])
      if (existsSync(file + suffix)) renameSync(file + suffix, kept + suffix);
    keepAside(file, kept);
    renameSync(staged, file);
    return kept;
  } finally {
    removeStaged(staged, migrations);
  }
}

/** The name stays until the new content takes it, so that no moment is without a database. */
function keepAside(file: string, kept: string): void {
  try {
    linkSync(file, kept);
  } catch {
    copyFileSync(file, kept);
  }
}

/** Whether it is a sound database of another program, which no deletion of a person may touch. */
function isForeign(file: string): boolean {
  let sqlite: Database.Database | undefined;
  try {
    sqlite = new Database(file, { readonly: true });
    return (
      sqlite.pragma('application_id', { simple: true }) !== APPLICATION_ID &&
      sqlite.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined
    );
  } catch {
    return false;
  } finally {
    sqlite?.close();
  }
}

/** A process that has the file open would go on writing into what is kept aside. */
function refuseHeld(file: string): void {
  const holder = holderOf(file);
  if (holder === undefined) return;
  throw new LikenessError(
    'database_busy',
    `The database ${file} is open in another process (number ${holder}). Nothing was changed: close ` +
      'Likeness everywhere, then restore again.',
    { details: { file, process: holder } },
  );
}

/** Linux only: Windows refuses to rename a file that is open, and macOS has no such list. */
function holderOf(file: string): number | undefined {
  const names = new Set(['', '-wal', '-shm'].map((suffix) => path.resolve(file) + suffix));
  const processes = listed('/proc').filter((name) => /^\d+$/u.test(name));
  const holder = processes.find(
    (id) =>
      Number(id) !== process.pid &&
      listed(`/proc/${id}/fd`).some((fd) =>
        names.has(linkOf(`/proc/${id}/fd/${fd}`).replace(/ \(deleted\)$/u, '')),
      ),
  );
  return holder === undefined ? undefined : Number(holder);
}

/** A process that ends meanwhile, or that is somebody else's, shows nothing. */
function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
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
  const kept = [...settingsOf(sqlite, 'clock.%'), ...kioskSettings(sqlite)];
  const tables = tablesOf(sqlite).filter((table) => table !== KEPT_TABLE);
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

/** A PIN goes with its failures: what the backup says of the kiosk is dropped as a whole. */
function keepSettings(sqlite: Database.Database, kept: readonly Setting[]): void {
  if (kept.some(({ key }) => key.startsWith('kiosk.')))
    sqlite.exec("DELETE FROM main.settings WHERE key LIKE 'kiosk.%'");
  const insert = sqlite.prepare('INSERT OR REPLACE INTO main.settings (key, value) VALUES (?, ?)');
  for (const { key, value } of kept) insert.run(key, value);
}

function removeStaged(staged: string, migrations: readonly Migration[]): void {
  const folder = path.dirname(staged);
  const name = path.basename(staged);
  const copies = migrations.map(({ version }) => `.before-migration-${version}`);
  for (const suffix of ['', '-wal', '-shm', '-journal', ...copies])
    rmSync(path.join(folder, name + suffix), { force: true });
}
