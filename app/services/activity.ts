import type { ActivityEntry } from '../../contract/application.ts';
import {
  findPerson,
  insertActivity,
  listActivity as rowsOf,
  type ActivityFilter,
  type ActivityKind,
  type ActivityRecord,
  type ReadableStore,
} from '../../db/store.ts';
import { activity, toCsv } from './kept-settings.ts';
import type { Handler, ServiceContext, Handlers } from './context.ts';
import { holdWarnings } from './retention.ts';

/** Notes something that is done and needs no other change of the database. */
export function noteActivity(
  { store, now }: ServiceContext,
  kind: ActivityKind,
  personId: number | null,
  counts: Readonly<Record<string, number>>,
): void {
  store.write((tables) => insertActivity(tables, activity(kind, personId, counts, now())));
}

export const listActivity: Handler<'activity.list'> = ({ store, now }, { limit, ...filter }) => {
  // One more than asked for tells whether there are more.
  const entries = store.read((tables) => entriesOf(tables, { ...filter, limit: limit + 1 }));
  const warnings = holdWarnings(store, now());
  return { entries: entries.slice(0, limit), more: entries.length > limit, warnings };
};

const exportActivity: Handler<'activity.export'> = (context, filter) => {
  const entries = context.store.read((tables) => entriesOf(tables, filter));
  const titles = ['number', 'time', 'kind', 'person number', 'person', 'counts'];
  const csv = toCsv([titles, ...entries.map(fieldsOf)]);
  noteActivity(context, 'exported', null, { rows: entries.length });
  return { csv, rows: entries.length };
};

const fieldsOf = ({ id, createdAt, kind, person, counts }: ActivityEntry) => [
  id,
  createdAt,
  kind,
  person?.id ?? '',
  person?.name ?? '',
  Object.entries(counts)
    .map(([what, count]) => `${what} ${count}`)
    .join('; '),
];

function entriesOf(tables: ReadableStore, filter: ActivityFilter): ActivityEntry[] {
  const names = new Map<number, string>();
  const nameOf = (id: number): string => {
    const name = names.get(id) ?? findPerson(tables, id)?.name ?? '';
    names.set(id, name);
    return name;
  };
  return rowsOf(tables, filter).map(({ personId, ...row }: ActivityRecord) => ({
    ...row,
    counts: { ...row.counts },
    person: personId === null ? null : { id: personId, name: nameOf(personId) },
  }));
}

export const activityHandlers = {
  'activity.list': listActivity,
  'activity.export': exportActivity,
} satisfies Partial<Handlers>;
