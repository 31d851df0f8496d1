import type { CommandOutput } from '../contract/commands.ts';
import { LikenessError } from '../contract/errors.ts';
import {
  erasePerson,
  findPersonByName,
  insertActivity,
  listConsents,
  listPeople as allPeople,
  listTemplates,
  moveActivity,
  moveConsents,
  moveTemplates,
  removePerson,
  updateName,
  type ActivityKind,
  type ActivityRecord,
  type PersonRecord,
  type ReadableStore,
} from '../../db/store.ts';
import type { Handler } from './context.ts';
import { resolvePerson } from './person-reference.ts';

export const listPeople: Handler<'people.list'> = ({ store }) => ({
  people: store.read(allPeople),
});

export const showPerson: Handler<'people.show'> = ({ store }, { person }) => ({
  person: store.read((tables) => detailsOf(tables, resolvePerson(tables, person))),
});

export const renamePerson: Handler<'people.rename'> = ({ store, now }, payload) => {
  const { name } = payload;
  const person = store.write((tables) => {
    const { id, ...rest } = resolvePerson(tables, payload.person);
    refuseTaken(findPersonByName(tables, name), id);
    updateName(tables, id, name);
    insertActivity(tables, activity('renamed', id, {}, now()));
    return { ...rest, id, name };
  });
  return { person };
};

/** Everything of `from` moves; templates of a photo that both have are kept once. */
export const mergePeople: Handler<'people.merge'> = ({ store, gallery, now }, payload) => {
  const person = store.write((tables) => {
    const from = resolvePerson(tables, payload.from);
    const into = resolvePerson(tables, payload.into);
    refuseSelf(from, into);
    const templates = moveTemplates(tables, from.id, into.id);
    moveConsents(tables, from.id, into.id);
    moveActivity(tables, from.id, into.id);
    removePerson(tables, from.id);
    insertActivity(tables, activity('merged', into.id, { templates }, now()));
    return resolvePerson(tables, into.id);
  });
  gallery.forget();
  return { person };
};

/** What is deleted is gone from the disk as well; the receipt says what went. */
export const deletePerson: Handler<'people.delete'> = async ({ store, gallery, now }, payload) => {
  const { deleted, templateIds, erased } = store.write((tables) => {
    const person = resolvePerson(tables, payload.person);
    const ids = listTemplates(tables, person.id).map(({ id }) => id);
    const rows = erasePerson(tables, person.id);
    insertActivity(tables, activity('deleted', null, { ...rows }, now()));
    return { deleted: person, templateIds: ids, erased: rows };
  });
  const scrubbed = store.scrub();
  await gallery.remove(templateIds);
  return { deleted, receipt: { ...erased, scrubbed } };
};

function detailsOf(
  tables: ReadableStore,
  person: PersonRecord,
): CommandOutput<'people.show'>['person'] {
  return {
    ...person,
    templateList: listTemplates(tables, person.id),
    consents: listConsents(tables, person.id),
  };
}

function refuseTaken(holder: PersonRecord | undefined, id: number): void {
  if (holder === undefined || holder.id === id) return;
  throw new LikenessError(
    'person_exists',
    `Somebody else is named ${holder.name} (number ${holder.id}). Choose another name, or merge the two.`,
    { details: { name: holder.name, personId: holder.id } },
  );
}

function refuseSelf(from: PersonRecord, into: PersonRecord): void {
  if (from.id !== into.id) return;
  throw new LikenessError(
    'invalid_input',
    `${from.name} cannot be merged with themselves. Name two different people.`,
    { details: { fields: [{ field: 'into', message: 'is the same person as from' }] } },
  );
}

const activity = (
  kind: ActivityKind,
  personId: number | null,
  counts: Readonly<Record<string, number>>,
  now: Date,
): ActivityRecord => ({ kind, personId, counts, createdAt: now.toISOString() });
