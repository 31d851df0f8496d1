import type { AttendanceEntry } from '../../contract/application.ts';
import { findPerson, listAttendance as rowsOf, type ReadableStore } from '../../db/store.ts';
import { noteActivity } from './activity.ts';
import type { Handler, Handlers } from './context.ts';
import { toCsv, localZone, zonedTime } from './kept-settings.ts';
import { holdWarnings } from './retention.ts';

export const listAttendance: Handler<'attendance.list'> = ({ store, now }, { from, to }) => ({
  entries: store.read((tables) => entriesOf(tables, from, to)),
  warnings: holdWarnings(store, now()),
});

const exportAttendance: Handler<'attendance.export'> = (context, { from, to }) => {
  const entries = context.store.read((tables) => entriesOf(tables, from, to));
  const titles = ['day', 'person number', 'person', 'first seen', 'last seen', 'time zone'];
  const csv = toCsv([titles, ...entries.map(fieldsOf)]);
  noteActivity(context, 'exported', null, { rows: entries.length });
  return { csv, rows: entries.length };
};

/** The times as the clocks showed them that decided which day it was. */
const fieldsOf = ({ day, person, firstSeen, lastSeen, zone }: AttendanceEntry) => [
  day,
  person.id,
  person.name,
  zonedTime(firstSeen, zone),
  zonedTime(lastSeen, zone),
  zone === '' ? localZone() : zone,
];

const entriesOf = (tables: ReadableStore, from: string, to: string): AttendanceEntry[] =>
  rowsOf(tables, from, to).map(({ personId, ...seen }) => ({
    ...seen,
    person: { id: personId, name: findPerson(tables, personId)?.name ?? '' },
  }));

export const attendanceHandlers = {
  'attendance.list': listAttendance,
  'attendance.export': exportAttendance,
} satisfies Partial<Handlers>;
