import type { PersonId } from '../../app/contract/values.ts';
import {
  change,
  changeOne,
  select,
  selectCount,
  type ReadableStore,
  type WritableStore,
} from '../access.ts';

export type ActivityKind =
  'enrolled' | 'imported' | 'identified' | 'renamed' | 'merged' | 'deleted';

/** What was done, as numbers: never a name, never a photo. */
export interface ActivityRecord {
  readonly kind: ActivityKind;
  /** Whom it concerned; the entry goes when the person goes. */
  readonly personId: PersonId | null;
  readonly counts: Readonly<Record<string, number>>;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

interface Row extends Omit<ActivityRecord, 'counts'> {
  readonly counts: string;
}

export function insertActivity(store: WritableStore, entry: ActivityRecord): void {
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
export const listActivity = (store: ReadableStore, limit: number): ActivityRecord[] =>
  select<Row>(
    store,
    `SELECT kind, person_id AS personId, counts, created_at AS createdAt
     FROM activity ORDER BY id DESC LIMIT ?`,
    limit,
  ).map((row) => ({ ...row, counts: JSON.parse(row.counts) as ActivityRecord['counts'] }));

export const countActivityOf = (store: ReadableStore, personId: PersonId): number =>
  selectCount(store, 'SELECT count(*) AS count FROM activity WHERE person_id = ?', personId);

export function moveActivity(store: WritableStore, from: PersonId, into: PersonId): void {
  change(store, 'UPDATE activity SET person_id = ? WHERE person_id = ?', into, from);
}
