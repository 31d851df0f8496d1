import { expect, test } from 'vitest';
import {
  countActivityOf,
  insertActivity,
  insertPerson,
  listActivity,
  moveActivity,
  removePerson,
} from '../store.ts';
import { NOW } from '../testing/samples.ts';
import { temporaryStore } from '../testing/temporary.ts';

test('tells the newest first, moves with a person and goes with a person', () => {
  const store = temporaryStore();
  const [anna, bert] = store.write((tables) =>
    ['Anna', 'Bert'].map((name) => insertPerson(tables, name, NOW).id),
  );
  const entry = (kind: 'enrolled' | 'renamed', personId: number) => ({
    kind,
    personId,
    counts: { photos: 2 },
    createdAt: NOW,
  });
  store.write((tables) => {
    insertActivity(tables, entry('enrolled', anna!));
    insertActivity(tables, entry('renamed', anna!));
    insertActivity(tables, entry('enrolled', bert!));
  });
  const kinds = () =>
    store.read((tables) => listActivity(tables)).map(({ kind, personId }) => [kind, personId]);
  expect(store.read((tables) => listActivity(tables, { limit: 1 }))).toEqual([
    { id: 3, ...entry('enrolled', bert!) },
  ]);
  store.write((tables) => {
    moveActivity(tables, bert!, anna!);
  });
  expect(store.read((tables) => countActivityOf(tables, anna!))).toBe(3);
  store.write((tables) => {
    removePerson(tables, anna!);
  });
  expect(kinds()).toEqual([]);
});
