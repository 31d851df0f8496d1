import type { ActivityKind } from '../../contract/application.ts';
import type { PersonId } from '../../contract/values.ts';
import {
  change,
  changeOne,
  select,
  selectCount,
  type ReadableStore,
  type WritableStore,
} from '../access.ts';

export type { ActivityKind } from '../../contract/application.ts';

/** What was done, as numbers: never a name, never a photo. */
export interface NewActivity {
  readonly kind: ActivityKind;
  /** Whom it concerned; the entry goes when the person goes. */
  readonly personId: PersonId | null;
  readonly counts: Readonly<Record<string, number>>;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface ActivityRecord extends NewActivity {
  readonly id: number;
}

/** Which entries are wanted; what is absent does not matter. */
export interface ActivityFilter {
  readonly kinds?: readonly ActivityKind[] | undefined;
  readonly person?: PersonId | undefined;
  /** Entries older than the one of this number. */
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

interface Row extends Omit<ActivityRecord, 'counts'> {
  readonly counts: string;
}

export function insertActivity(store: WritableStore, entry: NewActivity): void {
  changeOne(
    store,
    'INSERT INTO activity (kind, person_id, counts, created_at) VALUES (?, ?, ?, ?)',
    entry.kind,
    entry.personId,
    JSON.stringify(entry.counts),
    entry.createdAt,
  );
}

/** The newest first. */
export const listActivity = (
  store: ReadableStore,
  { kinds, person, before, limit = -1 }: ActivityFilter = {},
): ActivityRecord[] =>
  select<Row>(
    store,
    `SELECT id, kind, person_id AS personId, counts, created_at AS createdAt FROM activity
     WHERE (? OR kind IN (SELECT value FROM json_each(?)))
       AND (? OR person_id = ?) AND id < ?
     ORDER BY id DESC LIMIT ?`,
    ...[Number(kinds === undefined), JSON.stringify(kinds ?? [])],
    ...[Number(person === undefined), person ?? null],
    ...[before ?? Number.MAX_SAFE_INTEGER, limit],
  ).map((row) => ({ ...row, counts: JSON.parse(row.counts) as ActivityRecord['counts'] }));

export const countActivityOf = (store: ReadableStore, personId: PersonId): number =>
  selectCount(store, 'SELECT count(*) AS count FROM activity WHERE person_id = ?', personId);

export function moveActivity(store: WritableStore, from: PersonId, into: PersonId): void {
  change(store, 'UPDATE activity SET person_id = ? WHERE person_id = ?', into, from);
}

/** When a camera or photo last identified the person, by activity or attendance; null: not noted. */
export function lastSeenOf(store: ReadableStore, personId: PersonId): string | null {
  const [row] = select<{ readonly seen: string | null }>(
    store,
    `SELECT max(seen) AS seen FROM (
       SELECT max(last_seen) AS seen FROM attendance WHERE person_id = ?
       UNION ALL
       SELECT max(created_at) FROM activity WHERE person_id = ? AND kind = 'identified')`,
    ...[personId, personId],
  );
  return row?.seen ?? null;
}

/** The same for everyone who was seen, by number. */
export function lastSeenOfAll(store: ReadableStore): ReadonlyMap<PersonId, string> {
  const rows = select<{ readonly person: PersonId; readonly seen: string }>(
    store,
    `SELECT person, max(seen) AS seen FROM (
       SELECT person_id AS person, last_seen AS seen FROM attendance
       UNION ALL
       SELECT person_id, created_at FROM activity WHERE kind = 'identified')
     WHERE person IS NOT NULL GROUP BY person`,
  );
  return new Map(rows.map(({ person, seen }) => [person, seen]));
}

/** Deletes what is older than the given time; gives the number of entries. */
export const expireActivity = (store: WritableStore, before: string): number =>
  change(store, 'DELETE FROM activity WHERE created_at < ?', before);

export const countActivityBefore = (store: ReadableStore, time: string): number =>
  selectCount(store, 'SELECT count(*) AS count FROM activity WHERE created_at < ?', time);

/** The latest time that anything here was written down at, ISO 8601; null: nothing ever was. */
export function latestEntry(store: ReadableStore): string | null {
  const [row] = select<{ readonly latest: string | null }>(
    store,
    `SELECT max(latest) AS latest FROM (
       SELECT max(created_at) AS latest FROM activity
       UNION ALL SELECT max(last_seen) FROM attendance
       UNION ALL SELECT max(created_at) FROM templates)`,
  );
  return row?.latest ?? null;
}
