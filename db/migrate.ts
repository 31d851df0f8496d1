import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';
import { storeMarks } from '../foundation/files/store-files.ts';
import { Workspace } from './workspace.ts';

export interface Migration {
  /** `user_version` once it has run; consecutive, from 1. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

export const schemaVersion = (sqlite: Database.Database): number =>
  sqlite.pragma('user_version', { simple: true }) as number;

/** Where the copy lies that was made before leaving the given schema version. */
export const backupFile = (file: string, version: number): string =>
  `${file}${storeMarks.migration}${version}`;

/** Where the copy lies that was made before a backup was restored: a name that is free. */
export const keptFile = (file: string, now: Date): string =>
  freeName(`${file}${storeMarks.restore}${stampOf(now)}`);

/** Where a file of another program is kept that lay in the place of the database: a name that is free. */
export const asideFile = (file: string, now: Date): string =>
  freeName(`${file}${storeMarks.aside}${stampOf(now)}`);

const stampOf = (now: Date): string => now.toISOString().replaceAll(/[:.]/gu, '-');

function freeName(wanted: string, number = 1): string {
  const name = number === 1 ? wanted : `${wanted}-${number}`;
  return existsSync(name) ? freeName(wanted, number + 1) : name;
}

export const isBackupOf = (file: string, candidate: string): boolean =>
  [storeMarks.migration, storeMarks.restore].some((mark) => candidate.startsWith(`${file}${mark}`));

/**
 * Brings the schema to the newest version, each step in a transaction of its own. An existing
 * database is copied first. Errors: `database_newer` without having touched the file.
 */
export function migrate(sqlite: Database.Database, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.version ?? 0;
  const present = schemaVersion(sqlite);
  refuseNewer(sqlite.name, present, newest);
  if (present === newest) return;
  if (present > 0) backUp(sqlite, present);
  for (const migration of migrations) apply(sqlite, migration);
}

/** Refuses what a later version of Likeness has written: guessing could destroy it. */
export function refuseNewer(file: string, present: number, newest: number): void {
  if (present <= newest) return;
  throw new LikenessError(
    'database_newer',
    `The database ${file} was written by a newer version of Likeness (schema ${present}, known here: ${newest}). Update Likeness, or choose another data folder.`,
    { details: { file, found: present, known: newest } },
  );
}

/** The version is read again under the write lock: another process may have migrated meanwhile. */
function apply(sqlite: Database.Database, migration: Migration): void {
  sqlite
    .transaction(() => {
      if (schemaVersion(sqlite) >= migration.version) return;
      sqlite.exec(migration.sql);
      sqlite.pragma(`user_version = ${migration.version}`);
    })
    .immediate();
}

/** A consistent copy, complete or not there at all. */
function backUp(sqlite: Database.Database, version: number): void {
  using work = sqlite.transaction(() => Workspace.ofStore(sqlite.name)).immediate();
  const partial = work.file('copy.db');
  closeSync(openSync(partial, 'wx', 0o600));
  sqlite.prepare('VACUUM INTO ?').run(partial);
  renameSync(partial, backupFile(sqlite.name, version));
}
