import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3';
import type { PersonId } from '../app/contract/values.ts';
import type { WritableStore } from './access.ts';
import { isBackupOf } from './migrate.ts';
import { countActivityOf } from './tables/activity.ts';
import { countConsents } from './tables/consents.ts';
import { findPerson, removePerson } from './tables/people.ts';

/** What went with a person, in rows. */
export interface ErasedRows {
  readonly templates: number;
  readonly consents: number;
  readonly activity: number;
}

/** Removes a person and everything that points to them; inside the caller's transaction. */
export function erasePerson(store: WritableStore, id: PersonId): ErasedRows {
  const erased = {
    templates: findPerson(store, id)?.templates ?? 0,
    consents: countConsents(store, id),
    activity: countActivityOf(store, id),
  };
  removePerson(store, id);
  return erased;
}

/**
 * Leaves nothing of deleted rows on the disk. `secure_delete` zeroes what a row leaves behind in
 * its page, but b-tree balancing may have copied it to others before: VACUUM writes every page
 * anew, and truncating the log afterwards takes the former pages along. Copies made before a
 * migration hold everybody of that time, so they go too. Gives false where another process was
 * reading all the while; the log then shrinks at its next checkpoint.
 */
export function scrub(sqlite: Database.Database): boolean {
  for (const file of backupsOf(sqlite.name)) rmSync(file, { force: true });
  sqlite.exec('VACUUM');
  const [result] = sqlite.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
  return result?.busy === 0;
}

function backupsOf(file: string): string[] {
  const folder = path.dirname(file);
  return readdirSync(folder)
    .filter((name) => isBackupOf(path.basename(file), name))
    .map((name) => path.join(folder, name));
}
