import type { PersonId } from '../contract/values.ts';
import { change, select, type ReadableStore, type WritableStore } from './access.ts';
import { moveTemplates } from './tables/templates.ts';
import { moveActivity } from './tables/activity.ts';
import { moveAttendance } from './tables/attendance.ts';
import { moveConsents } from './tables/consents.ts';
import { moveExclusions } from './tables/exclusions.ts';
import { findPerson, removePerson } from './tables/people.ts';

type Value = string | number | Buffer | null;
type Row = Readonly<Record<string, Value>>;

/** Tables with rows of people, those that others point to first; the key of a row in each. */
const tables = {
  people: ['id'],
  templates: ['id'],
  portraits: ['template_id'],
  consents: ['id'],
  activity: ['id'],
  attendance: ['person_id', 'day'],
  impostors: ['id'],
} as const;
type Table = keyof typeof tables;

/**
 * Rows of some people as they were, sealed as in the database: what an undo needs. It is personal
 * data outside the database, so whoever holds it drops it soon.
 */
export type PeopleRows = Readonly<Record<Table, readonly Row[]>>;

export function takeRows(store: ReadableStore, people: readonly PersonId[]): PeopleRows {
  const ids = JSON.stringify(people);
  const of = (table: Table, column: string): Row[] =>
    select<Row>(
      store,
      `SELECT * FROM ${table} WHERE ${column} IN (SELECT value FROM json_each(?))`,
      ids,
    );
  return {
    people: of('people', 'id'),
    templates: of('templates', 'person_id'),
    portraits: select<Row>(
      store,
      `SELECT portraits.* FROM portraits JOIN templates ON templates.id = template_id
       WHERE person_id IN (SELECT value FROM json_each(?))`,
      ids,
    ),
    consents: of('consents', 'person_id'),
    activity: of('activity', 'person_id'),
    attendance: of('attendance', 'person_id'),
    impostors: of('impostors', 'person_id'),
  };
}

/** Examples by number, whoever they are held against. */
export const takeExamples = (store: ReadableStore, ids: readonly number[]): readonly Row[] =>
  select<Row>(
    store,
    'SELECT * FROM impostors WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(ids),
  );

/** Puts rows back under their numbers, over what is there by now; everything else stays. */
export function putRows(store: WritableStore, rows: PeopleRows): void {
  // The chosen portrait is a template, which comes later.
  put(
    store,
    'people',
    rows.people.map((row) => ({ ...row, portrait_template: null })),
  );
  for (const table of Object.keys(tables) as Table[])
    if (table !== 'people') put(store, table, rows[table]);
  put(store, 'people', rows.people);
}

/** Puts back examples of people who are still enrolled. */
export function putExamples(store: WritableStore, rows: readonly Row[]): void {
  put(
    store,
    'impostors',
    rows.filter((row) => findPerson(store, row['person_id'] as PersonId) !== undefined),
  );
}

/** Gives everything that a person has to another and removes the person; gives the templates that went. */
export function foldInto(store: WritableStore, from: PersonId, into: PersonId): number {
  const templates = moveTemplates(store, from, into);
  moveConsents(store, from, into);
  moveExclusions(store, from, into);
  moveActivity(store, from, into);
  moveAttendance(store, from, into);
  removePerson(store, from);
  return templates;
}

/**
 * Takes `from` out of `into` again. What `into` has got since stays theirs.
 *
 * @param rows of both, as they were before `foldInto`
 */
export function unfold(store: WritableStore, from: PeopleRows, into: PeopleRows): void {
  for (const day of from.attendance) {
    const former = into.attendance.find((row) => row['day'] === day['day']);
    takeDayBack(store, into.people[0]!['id'] as PersonId, day, former);
  }
  putRows(store, from);
}

/** Of a day on which both were seen, `into` keeps their own part and when they were seen since. */
function takeDayBack(
  store: WritableStore,
  into: PersonId,
  day: Row,
  former: Row | undefined,
): void {
  const ends = [day['last_seen'], former?.['last_seen'] ?? ''] as string[];
  const merged = ends.sort().at(-1)!;
  const key = [into, day['day']!] as const;
  if (former === undefined) {
    const sql = 'DELETE FROM attendance WHERE person_id = ? AND day = ? AND last_seen <= ?';
    change(store, sql, ...key, merged);
    return;
  }
  change(
    store,
    `UPDATE attendance SET first_seen = ?, last_seen = iif(last_seen > ?, last_seen, ?)
     WHERE person_id = ? AND day = ?`,
    ...[former['first_seen']!, merged, former['last_seen']!, ...key],
  );
}

function put(store: WritableStore, table: Table, rows: readonly Row[]): void {
  for (const row of rows) {
    const columns = Object.keys(row);
    const changed = columns.map((column) => `${column} = excluded.${column}`);
    change(
      store,
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
       ON CONFLICT (${tables[table].join(', ')}) DO UPDATE SET ${changed.join(', ')}`,
      ...Object.values(row),
    );
  }
}
