import type { PersonId } from '../../contract/values.ts';
import {
  change,
  changeOne,
  select,
  selectCount,
  type ReadableStore,
  type WritableStore,
} from '../access.ts';

/** When somebody was seen on one day. */
export interface AttendanceRecord {
  readonly personId: PersonId;
  /** YYYY-MM-DD in the machine's own time zone. */
  readonly day: string;
  /** ISO 8601, UTC. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** IANA name of the zone that the day is of; empty: noted before zones were kept. */
  readonly zone: string;
}

const COLUMNS = 'person_id AS personId, day, first_seen AS firstSeen, last_seen AS lastSeen, zone';

/** Makes the day's entry, or moves its ends apart. */
export const noteAttendance = (
  store: WritableStore,
  { personId, day, firstSeen, lastSeen, zone }: AttendanceRecord,
): void =>
  changeOne(
    store,
    `INSERT INTO attendance (person_id, day, first_seen, last_seen, zone) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (person_id, day) DO UPDATE SET
       first_seen = min(first_seen, excluded.first_seen),
       last_seen = max(last_seen, excluded.last_seen)`,
    ...[personId, day, firstSeen, lastSeen, zone],
  );

/** All entries from one day to another, both included, day by day in the order of arrival. */
export const listAttendance = (
  store: ReadableStore,
  from: string,
  to: string,
): AttendanceRecord[] =>
  select<AttendanceRecord>(
    store,
    `SELECT ${COLUMNS} FROM attendance WHERE day BETWEEN ? AND ? ORDER BY day, first_seen, person_id`,
    ...[from, to],
  );

export const countAttendanceOf = (store: ReadableStore, person: PersonId): number =>
  selectCount(store, 'SELECT count(*) AS count FROM attendance WHERE person_id = ?', person);

/** A day on which both were seen becomes one entry. */
export function moveAttendance(store: WritableStore, from: PersonId, into: PersonId): void {
  const days = select<AttendanceRecord>(
    store,
    `SELECT ${COLUMNS} FROM attendance WHERE person_id = ?`,
    from,
  );
  for (const day of days) noteAttendance(store, { ...day, personId: into });
  change(store, 'DELETE FROM attendance WHERE person_id = ?', from);
}

/** Deletes the entries of all days before the given one; gives their number. */
export const expireAttendance = (store: WritableStore, before: string): number =>
  change(store, 'DELETE FROM attendance WHERE day < ?', before);

export const countAttendanceBefore = (store: ReadableStore, day: string): number =>
  selectCount(store, 'SELECT count(*) AS count FROM attendance WHERE day < ?', day);
