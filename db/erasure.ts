import { lstatSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3';
import type { PersonId } from '../contract/values.ts';
import type { WritableStore } from './access.ts';
import { sqliteCode } from './errors.ts';
import { isBackupOf } from './migrate.ts';
import { countActivityOf } from './tables/activity.ts';
import { countAttendanceOf } from './tables/attendance.ts';
import { countConsents } from './tables/consents.ts';
import { eraseFromCopies, forgetCopy, listCopies } from './tables/copies.ts';
import { countExclusionsOf } from './tables/exclusions.ts';
import { findPerson, removePerson } from './tables/people.ts';
import { countPortraitsOf } from './tables/portraits.ts';
import { abandonedNew, isBackupWork, sweep, unfinishedIn } from './workspace.ts';

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
    impostors: countExclusionsOf(store, id),
  };
  removePerson(store, id);
  eraseFromCopies(store);
  return erased;
}

/** Why something that was deleted is still on the disk. */
export type Obstacle = 'in-use' | 'disk-full' | 'unwritable';

/** What is still to be erased; null where nothing is. */
export interface DueErasure {
  /** ISO 8601: when the first of it was deleted. */
  readonly since: string;
  /** What the last attempt met with; null where there was none yet. */
  readonly obstacle: Obstacle | null;
}

export interface ScrubReport {
  /** Whether nothing that was deleted is left in the files of the database or in former states of it. */
  readonly done: boolean;
  readonly obstacle: Obstacle | null;
  /** Former states of the database and leftovers of dead processes that went now. */
  readonly removed: readonly string[];
  /** Copies that are still there: what could not be removed, what is being made, backups. */
  readonly remaining: readonly RemainingCopy[];
}

export interface RemainingCopy {
  readonly file: string;
  /** `former`: a state of before an update or a restore; `unfinished`: a copy that is, or was, being made. */
  readonly kind: 'former' | 'unfinished' | 'backup';
}

/** Milliseconds that a scrub waits for other processes: it is tried again. */
const PATIENCE = 100;

/**
 * Leaves nothing of deleted rows on the disk. `secure_delete` zeroes what a row leaves behind in
 * its page, but b-tree balancing may have copied it to others before (seen for one person in 700): VACUUM writes every page
 * anew, and truncating the log afterwards takes the former pages along. Leftovers of dead processes
 * go in any case; copies made before a migration or a restore hold everybody of that time, so they
 * go where somebody was deleted. What cannot be done now, because another process reads the former
 * pages or the disk has no room for the new ones, stays due. The rows are deleted by now, so nothing
 * of this is a failure of the deletion: it throws nothing.
 */
export function scrub(sqlite: Database.Database): ScrubReport {
  const timeout = sqlite.pragma('busy_timeout', { simple: true }) as number;
  sqlite.pragma(`busy_timeout = ${Math.min(timeout, PATIENCE)}`);
  try {
    return attempt(sqlite);
  } catch (thrown) {
    return { done: false, obstacle: obstacleOf(thrown), removed: [], remaining: [] };
  } finally {
    sqlite.pragma(`busy_timeout = ${timeout}`);
  }
}

interface DueRow {
  readonly id: number;
  readonly copies: 0 | 1;
  readonly vacuumed: 0 | 1;
}

function attempt(sqlite: Database.Database): ScrubReport {
  const due = sqlite.prepare<[], DueRow>('SELECT id, copies, vacuumed FROM erasure').all();
  const former = due.some(({ copies }) => copies === 1) ? removeAll(formerOf(sqlite.name)) : null;
  const swept = removeLeftovers(sqlite);
  const stuck = former?.stuck ?? [];
  const obstacle = rewrite(sqlite, due) ?? (stuck.length > 0 ? 'unwritable' : null);
  settle(sqlite, due, obstacle);
  return {
    done: obstacle === null,
    obstacle,
    removed: [...(former?.removed ?? []), ...swept.removed],
    remaining: [
      ...stuck.map((file) => ({ file, kind: 'former' as const })),
      ...swept.remaining.map((file) => ({ file, kind: 'unfinished' as const })),
      ...backupsOf(sqlite).map((file) => ({ file, kind: 'backup' as const })),
    ],
  };
}

/** Writes every page anew, once, and empties the log; gives what hindered it. */
function rewrite(sqlite: Database.Database, due: readonly DueRow[]): Obstacle | null {
  if (due.length === 0) return null;
  try {
    // Each time, the log would grow by all pages while somebody keeps it from being emptied.
    if (due.some(({ vacuumed }) => vacuumed === 0)) {
      sqlite.exec('VACUUM');
      sqlite.prepare('UPDATE erasure SET vacuumed = 1 WHERE id <= ?').run(due.at(-1)!.id);
    }
    const [result] = sqlite.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
    return result?.busy === 0 ? null : 'in-use';
  } catch (thrown) {
    return obstacleOf(thrown);
  }
}

/** What others have deleted since is due in rows of its own. */
function settle(
  sqlite: Database.Database,
  due: readonly DueRow[],
  obstacle: Obstacle | null,
): void {
  const last = due.at(-1)?.id;
  if (last === undefined) return;
  if (obstacle === null) sqlite.prepare('DELETE FROM erasure WHERE id <= ?').run(last);
  else sqlite.prepare('UPDATE erasure SET obstacle = ? WHERE id <= ?').run(obstacle, last);
}

function obstacleOf(thrown: unknown): Obstacle {
  const code = sqliteCode(thrown) ?? '';
  if (/^SQLITE_(?:BUSY|LOCKED)/u.test(code)) return 'in-use';
  return code.startsWith('SQLITE_FULL') ? 'disk-full' : 'unwritable';
}

export function dueErasure(sqlite: Database.Database): DueErasure | null {
  const [first] = sqlite
    .prepare<[], DueErasure>('SELECT since, obstacle FROM erasure ORDER BY id')
    .all();
  return first ?? null;
}

/** Removes what processes that have died have left of copies, wherever it lies. */
export function removeLeftovers(sqlite: Database.Database): ReturnType<typeof sweep> {
  for (const folder of abandonedNew(sqlite.name)) rmSync(folder, { recursive: true, force: true });
  const recorded = listCopies(sqlite)
    .filter(({ file, state }) => state === 'unfinished' && isBackupWork(file))
    .map(({ file }) => file);
  const leftovers = [...unfinishedIn(sqlite.name), ...recorded];
  if (leftovers.length === 0) return { removed: [], remaining: [] };
  return sqlite
    .transaction(() => {
      const swept = sweep(leftovers);
      for (const file of recorded) if (!swept.remaining.includes(file)) forgetCopy(sqlite, file);
      return swept;
    })
    .immediate();
}

/** Backups that are still where they were made. */
function backupsOf(sqlite: Database.Database): readonly string[] {
  const backups = listCopies(sqlite).filter(({ state }) => state === 'backup');
  return backups.map(({ file }) => file).filter((file) => modified(file) !== undefined);
}

/**
 * Removes former states of the database in which nothing is younger than this.
 *
 * @returns the files that went
 */
export const removeFormer = (file: string, before: Date): readonly string[] =>
  removeAll(formerOf(file).filter((each) => (modified(each) ?? Infinity) < before.getTime()))
    .removed;

function formerOf(file: string): readonly string[] {
  const folder = path.dirname(file);
  return readdirSync(folder)
    .filter((name) => isBackupOf(path.basename(file), name))
    .map((name) => path.join(folder, name));
}

function removeAll(files: readonly string[]) {
  const [removed, stuck]: [string[], string[]] = [[], []];
  for (const file of files)
    try {
      rmSync(file, { force: true });
      removed.push(file);
    } catch {
      stuck.push(file);
    }
  return { removed, stuck };
}

/** Milliseconds since 1970; undefined where there is no such file. */
function modified(file: string): number | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false })?.mtimeMs;
  } catch {
    return undefined;
  }
}
