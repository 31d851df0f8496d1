import type Database from 'better-sqlite3';
import { change, type WritableStore } from '../access.ts';

export interface CopyRecord {
  /** Full path. */
  readonly file: string;
  /** `unfinished`: the folder in which a backup is being made. */
  readonly state: 'unfinished' | 'backup';
}

/** Copies of the database that were made somewhere at the user's wish; some may be gone by now. */
export const listCopies = (sqlite: Database.Database): CopyRecord[] =>
  sqlite.prepare<[], CopyRecord>('SELECT file, state FROM copies ORDER BY file').all();

export function noteCopy(
  sqlite: Database.Database,
  file: string,
  state: CopyRecord['state'],
  now: Date,
): void {
  sqlite
    .prepare(
      `INSERT INTO copies (file, state, created_at) VALUES (?, ?, ?)
       ON CONFLICT (file) DO UPDATE SET state = excluded.state, created_at = excluded.created_at`,
    )
    .run(file, state, now.toISOString());
}

export const forgetCopy = (sqlite: Database.Database, file: string): void =>
  void sqlite.prepare('DELETE FROM copies WHERE file = ?').run(file);

/**
 * Makes the next scrub remove former states of the database, too: what is deleted in this transaction
 * may be in them. That pages and log have to be written anew is noted by the triggers of the
 * database, whatever is deleted.
 */
export function eraseFromCopies(store: WritableStore): void {
  change(store, 'INSERT INTO erasure (copies, since) VALUES (1, ?)', new Date().toISOString());
}
