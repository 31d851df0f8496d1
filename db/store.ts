import path from 'node:path';
import type Database from 'better-sqlite3';
import type { ReadableStore, WritableStore } from './access.ts';
import { backUp, restore } from './backup.ts';
import { connect } from './connection.ts';
import {
  dueErasure,
  removeFormer,
  removeLeftovers,
  scrub,
  type DueErasure,
  type ScrubReport,
} from './erasure.ts';
import { toStoreError } from './errors.ts';
import { schemaVersion } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { replaceDatabase as replace } from './replace.ts';
import { plainCodec } from './tables/personal.ts';

export type { ReadableStore, WritableStore } from './access.ts';
export { eraseFromCopies } from './tables/copies.ts';
export {
  erasePerson,
  type DueErasure,
  type ErasedRows,
  type Obstacle,
  type RemainingCopy,
  type ScrubReport,
} from './erasure.ts';
export * from './undo.ts';
export * from './tables/activity.ts';
export * from './tables/api-keys.ts';
export * from './tables/attempts.ts';
export * from './tables/attendance.ts';
export * from './tables/calibrations.ts';
export * from './tables/consents.ts';
export * from './tables/evaluations.ts';
export * from './tables/exclusions.ts';
export * from './tables/jobs.ts';
export * from './tables/people.ts';
export * from './tables/portraits.ts';
export * from './tables/settings.ts';
export * from './tables/templates.ts';

/**
 * The database as services see it. All work is synchronous and happens inside `read` or `write`;
 * several processes may open the same file. Errors of the disk and of SQLite arrive with their
 * codes: `disk_full`, `database_busy`, `database_corrupt`, `database_unavailable`.
 */
export interface Store {
  readonly file: string;
  /** Everything that `work` reads comes from one snapshot. */
  read<T>(work: (store: ReadableStore) => T): T;
  /** One transaction, durable on return; if `work` throws, nothing of it has happened. */
  write<T>(work: (store: WritableStore) => T): T;
  /** Another number than before whenever another process has changed the database. */
  foreignVersion(): number;
  /** Leaves nothing of deleted rows on the disk, or says what hinders it; then it stays due. */
  scrub(): ScrubReport;
  /** What is deleted, but not off the disk yet. */
  dueErasure(): DueErasure | null;
  /** Removes former states of the database of before that time; gives their files. */
  removeFormer(before: Date): readonly string[];
  health(): StoreHealth;
  /**
   * Copies everything into one file, while it is in use. Errors: `file_exists` where there is one
   * that is not to be replaced.
   */
  backUp(file: string, replace?: boolean): Promise<void>;
  /**
   * Takes the content of a backup over, all or nothing; gives the file that keeps what was there.
   * Errors: `file_not_found`, `file_is_directory`, `output_is_input` (a file of the store itself),
   * `backup_foreign`, `database_newer`, `database_corrupt`.
   */
  restore(backup: string, now: Date): Promise<string>;
  close(): void;
}

export interface StoreHealth {
  readonly schemaVersion: number;
  /** "ok", or what SQLite's full check found first. */
  readonly integrity: string;
}

export type StoreLocation = { readonly dataDir: string } | { readonly file: string };

export const DATABASE_NAME = 'likeness.db';

/**
 * Opens the database of a data folder, or a database file, and creates what is absent; what dead
 * processes have left of copies is removed.
 * Errors: `database_unavailable`, `database_corrupt`, `database_newer`, `database_busy`,
 * `disk_full`; a file that is refused stays as it is.
 */
export function openStore(location: StoreLocation): Store {
  const file = path.resolve(
    'file' in location ? location.file : path.join(location.dataDir, DATABASE_NAME),
  );
  const sqlite = connect(file, migrations);
  try {
    removeLeftovers(sqlite);
  } catch {
    // Others hold the database, or the disk is full: every scrub looks for them again.
  }
  return createStore(sqlite);
}

/**
 * Puts a backup in the place of a database that `openStore` refuses; gives the file that keeps what
 * was there. Errors: `database_busy` where another process has it open, and those of `restore`.
 */
export function replaceDatabase(file: string, backup: string, now: Date): string {
  try {
    return replace(file, backup, migrations, now);
  } catch (thrown) {
    throw toStoreError(thrown, file);
  }
}

/** A store on an open connection, which it owns from now on. */
export function createStore(sqlite: Database.Database): Store {
  const file = sqlite.name;
  const readable: ReadableStore = { sqlite, personal: plainCodec };
  const writable: WritableStore = { ...readable, writable: true };
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (thrown) {
      throw toStoreError(thrown, file);
    }
  };
  const guardedLater = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      throw toStoreError(thrown, file);
    }
  };
  return {
    file,
    read: (work) => guarded(() => sqlite.transaction(() => work(readable)).deferred()),
    write: (work) => guarded(() => sqlite.transaction(() => work(writable)).immediate()),
    foreignVersion: () => guarded(() => sqlite.pragma('data_version', { simple: true }) as number),
    scrub: () => scrub(sqlite),
    dueErasure: () => guarded(() => dueErasure(sqlite)),
    removeFormer: (before) => guarded(() => removeFormer(file, before)),
    health: () =>
      guarded(() => ({
        schemaVersion: schemaVersion(sqlite),
        integrity: sqlite.pragma('integrity_check(1)', { simple: true }) as string,
      })),
    backUp: (target, replace = false) =>
      guardedLater(() => backUp(sqlite, path.resolve(target), replace)),
    restore: (backup, now) => guardedLater(() => restore(sqlite, backup, migrations, now)),
    close: () => {
      sqlite.close();
    },
  };
}
