import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';
import { APPLICATION_ID } from '../foundation/files/store-files.ts';
import { isKept, keepOwner, refuseStore, stage } from './backup.ts';
import { connect } from './connection.ts';
import { asideFile, keptFile, type Migration } from './migrate.ts';
import { noteCopy } from './tables/copies.ts';
import { Workspace } from './workspace.ts';

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
  refuseStore(backup, file);
  // Nobody else looks for leftovers beside a database that cannot be opened.
  using work = Workspace.ofStore(file);
  const staged = work.file('staged.db');
  stage(backup, staged, migrations);
  const copy = connect(staged, migrations);
  try {
    copy.exec("DELETE FROM api_keys; DELETE FROM settings WHERE key LIKE 'programs.%'");
    if (!isKept(backup, file)) noteCopy(copy, path.resolve(backup), 'backup', now);
    copy.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    copy.close();
  }
  keepOwner(file, staged);
  const kept = isForeign(file) ? asideFile(file, now) : keptFile(file, now);
  // The log first: without it the file is as unusable as before, should this end half-way.
  const logs = ['-wal', '-shm', '-journal'].filter((suffix) => existsSync(file + suffix));
  try {
    for (const suffix of logs) renameSync(file + suffix, kept + suffix);
    keepAside(file, kept);
    renameSync(staged, file);
    return kept;
  } catch (thrown) {
    // As before, without another copy for every attempt.
    rmSync(kept, { force: true });
    for (const suffix of logs)
      if (existsSync(kept + suffix)) renameSync(kept + suffix, file + suffix);
    throw thrown;
  }
}

/** The name stays until the new content takes it, so that no moment is without a database. */
function keepAside(file: string, kept: string): void {
  try {
    linkSync(file, kept);
  } catch {
    copyFileSync(file, kept, constants.COPYFILE_EXCL);
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
