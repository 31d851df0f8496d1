import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3';
import type { PersonId } from '../app/contract/values.ts';
import type { WritableStore } from './access.ts';
import { sqliteCode } from './errors.ts';
import { isBackupOf } from './migrate.ts';
import { countActivityOf } from './tables/activity.ts';
import { countAttendanceOf } from './tables/attendance.ts';
import { countConsents } from './tables/consents.ts';
import { countImpostorsOf } from './tables/impostors.ts';
import { findPerson, removePerson } from './tables/people.ts';
import { countPortraitsOf } from './tables/portraits.ts';

/** What went with a person, in rows. */
export interface ErasedRows {
  readonly templates: number;
  readonly consents: number;
  readonly activity: number;
  readonly portraits: number;
  readonly attendance: number;
  /** Examples of faces that the person is not. */
  readonly impostors: number;
}

/** Removes a person and everything that points to them; inside the caller's transaction. */
export function erasePerson(store: WritableStore, id: PersonId): ErasedRows {
  const erased = {
    templates: findPerson(store, id)?.templates ?? 0,
    consents: countConsents(store, id),
    activity: countActivityOf(store, id),
    portraits: countPortraitsOf(store, id),
    attendance: countAttendanceOf(store, id),
    impostors: countImpostorsOf(store, id),
  };
  removePerson(store, id);
  return erased;
}

/**
 * Leaves nothing of deleted rows on the disk. `secure_delete` zeroes what a row leaves behind in
 * its page, but b-tree balancing may have copied it to others before (seen for one person in 700): VACUUM writes every page
 * anew, and truncating the log afterwards takes the former pages along. Copies made before a
 * migration or a restore hold everybody of that time, so they go too. Gives false where another process was
 * reading all the while, or the disk has no room for the new pages.
 */
export function scrub(sqlite: Database.Database): boolean {
  for (const file of backupsOf(sqlite.name)) rmSync(file, { force: true });
  const vacuumed = vacuum(sqlite);
  const [result] = sqlite.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
  return vacuumed && result?.busy === 0;
}

/** The rows are deleted by now, so lack of space or of a lock is no failure of the deletion. */
function vacuum(sqlite: Database.Database): boolean {
  try {
    sqlite.exec('VACUUM');
    return true;
  } catch (thrown) {
    if (/^SQLITE_(BUSY|FULL)/u.test(sqliteCode(thrown) ?? '')) return false;
    throw thrown;
  }
}

function backupsOf(file: string): string[] {
  const folder = path.dirname(file);
  return readdirSync(folder)
    .filter((name) => isBackupOf(path.basename(file), name))
    .map((name) => path.join(folder, name));
}
