import type { PersonId } from '../../contract/values.ts';
import {
  changeOne,
  select,
  selectCount,
  type ReadableStore,
  type WritableStore,
} from '../access.ts';
import { lastSeenOfAll } from './activity.ts';
import type { Sealed } from './personal.ts';

export interface PersonRecord {
  readonly id: PersonId;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Number of templates, of all models. */
  readonly templates: number;
  /** The template whose portrait stands for the person: the chosen one, else the best. */
  readonly portrait: number | null;
  /** Left out of the gallery that a window shows; recognized all the same. */
  readonly hidden: boolean;
}

/** With what a list of everyone shows. */
export interface ListedPerson extends PersonRecord {
  /** When a camera or photo last showed the person, where that is noted; ISO 8601, UTC. */
  readonly lastSeen: string | null;
}

interface Row {
  readonly id: PersonId;
  readonly name: Sealed<string>;
  readonly createdAt: string;
  readonly templates: number;
  readonly portrait: number | null;
  readonly hidden: 0 | 1;
}

/** A chosen portrait counts while its template is this person's and has one. */
const COLUMNS = `
  SELECT id, name, created_at AS createdAt, hidden,
    (SELECT count(*) FROM templates WHERE person_id = people.id) AS templates,
    (SELECT templates.id FROM templates JOIN portraits ON template_id = templates.id
     WHERE person_id = people.id
     ORDER BY templates.id IS people.portrait_template DESC, quality DESC, templates.id LIMIT 1)
     AS portrait
  FROM people`;

/** Everyone, in the order of the alphabet. */
export function listPeople(store: ReadableStore): ListedPerson[] {
  const seen = lastSeenOfAll(store);
  const people = select<Row>(store, COLUMNS).map((row) => ({
    ...open(store, row),
    lastSeen: seen.get(row.id) ?? null,
  }));
  // Names may be sealed, so SQLite cannot sort them.
  const { compare } = new Intl.Collator('en', { numeric: true });
  return people.sort((a, b) => compare(a.name, b.name) || a.id - b.id);
}

/** Numbers of those who are enrolled, but not with this model. */
export const peopleUnknownTo = (
  store: ReadableStore,
  model: { readonly id: string; readonly version: string },
): PersonId[] =>
  select<{ id: PersonId }>(
    store,
    `SELECT id FROM people
     WHERE EXISTS (SELECT 1 FROM templates WHERE person_id = people.id)
       AND NOT EXISTS (SELECT 1 FROM templates
         WHERE person_id = people.id AND model_id = ? AND model_version = ?)
     ORDER BY id`,
    model.id,
    model.version,
  ).map(({ id }) => id);

export const countPeople = (store: ReadableStore): number =>
  selectCount(store, 'SELECT count(*) AS count FROM people');

export function findPerson(store: ReadableStore, id: PersonId): PersonRecord | undefined {
  const [row] = select<Row>(store, `${COLUMNS} WHERE id = ?`, id);
  return row === undefined ? undefined : open(store, row);
}

export function findPersonByName(store: ReadableStore, name: string): PersonRecord | undefined {
  const [row] = select<Row>(store, `${COLUMNS} WHERE name_key = ?`, store.personal.nameKey(name));
  return row === undefined ? undefined : open(store, row);
}

/** Everyone whose name differs from the given one in case or width of letters only. */
export function findPeopleByFoldedName(store: ReadableStore, name: string): PersonRecord[] {
  const key = store.personal.foldedNameKey(name);
  return select<Row>(store, `${COLUMNS} WHERE folded_name_key = ? ORDER BY id`, key).map((row) =>
    open(store, row),
  );
}

/** The name must be free; the caller has looked, inside the same transaction. */
export function insertPerson(store: WritableStore, name: string, createdAt: string): PersonRecord {
  // The number comes first, because the name is sealed for its owner.
  const id = nextId(store);
  changeOne(
    store,
    'INSERT INTO people (id, name, name_key, folded_name_key, created_at) VALUES (?, ?, ?, ?, ?)',
    id,
    store.personal.sealText(name, id),
    store.personal.nameKey(name),
    store.personal.foldedNameKey(name),
    createdAt,
  );
  return { id, name, createdAt, templates: 0, portrait: null, hidden: false };
}

/** The name must be free, as for `insertPerson`. */
export function updateName(store: WritableStore, id: PersonId, name: string): void {
  changeOne(
    store,
    'UPDATE people SET name = ?, name_key = ?, folded_name_key = ? WHERE id = ?',
    store.personal.sealText(name, id),
    store.personal.nameKey(name),
    store.personal.foldedNameKey(name),
    id,
  );
}

/** Leaves a person out of the gallery that a window shows, or takes them back in. */
export const updateHidden = (store: WritableStore, id: PersonId, hidden: boolean): void =>
  changeOne(store, 'UPDATE people SET hidden = ? WHERE id = ?', hidden ? 1 : 0, id);

/** `template` is one of the person's own; null: the best stands for them again. */
export const updatePortrait = (store: WritableStore, id: PersonId, template: number | null): void =>
  changeOne(store, 'UPDATE people SET portrait_template = ? WHERE id = ?', template, id);

/** Takes templates, portraits, consents, activity and attendance along (foreign keys cascade). */
export function removePerson(store: WritableStore, id: PersonId): void {
  changeOne(store, 'DELETE FROM people WHERE id = ?', id);
}

function nextId(store: WritableStore): PersonId {
  const [row] = select<{ seq: number }>(
    store,
    "SELECT seq FROM sqlite_sequence WHERE name = 'people'",
  );
  return (row?.seq ?? 0) + 1;
}

const open = (store: ReadableStore, row: Row): PersonRecord => ({
  ...row,
  hidden: row.hidden === 1,
  name: store.personal.openText(row.name, row.id),
});
