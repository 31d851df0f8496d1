import { expect, test } from 'vitest';
import {
  findPeopleByFoldedName,
  findPerson,
  findPersonByName,
  insertPerson,
  insertTemplate,
  listPeople,
  removePerson,
  updateName,
} from '../store.ts';
import { NOW, template } from '../testing/samples.ts';
import { temporaryStore } from '../testing/temporary.ts';

test('lists by the alphabet, with the number of templates', () => {
  const store = temporaryStore();
  store.write((tables) => {
    insertPerson(tables, 'Zoë', NOW);
    const anna = insertPerson(tables, 'anna', NOW);
    insertPerson(tables, 'Ärmel', NOW);
    insertTemplate(tables, template(anna.id, 1));
    insertTemplate(tables, template(anna.id, 2));
  });
  const listed = store.read(listPeople).map(({ name, templates }) => [name, templates]);
  expect(listed).toEqual([
    ['anna', 2],
    ['Ärmel', 0],
    ['Zoë', 0],
  ]);
});

test('finds by exact name, and by the folded one', () => {
  const store = temporaryStore();
  const [anna, other] = store.write((tables) => [
    insertPerson(tables, 'Anna', NOW),
    insertPerson(tables, 'ANNA', NOW),
  ]);
  store.read((tables) => {
    expect(findPersonByName(tables, 'Anna')).toEqual(anna);
    expect(findPersonByName(tables, 'anna')).toBeUndefined();
    expect(findPeopleByFoldedName(tables, 'anna')).toEqual([anna, other]);
  });
});

test('two people never have the same name', () => {
  const store = temporaryStore();
  store.write((tables) => insertPerson(tables, 'Anna', NOW));
  const again = () => store.write((tables) => insertPerson(tables, 'Anna', NOW));
  expect(again).toThrow(expect.objectContaining({ code: 'internal' }));
  expect(store.read(listPeople)).toHaveLength(1);
});

test('renaming moves both ways of finding', () => {
  const store = temporaryStore();
  const { id } = store.write((tables) => insertPerson(tables, 'Anna', NOW));
  store.write((tables) => {
    updateName(tables, id, 'Berta');
  });
  store.read((tables) => {
    expect(findPersonByName(tables, 'Anna')).toBeUndefined();
    expect(findPersonByName(tables, 'Berta')?.id).toBe(id);
    expect(findPeopleByFoldedName(tables, 'BERTA')).toHaveLength(1);
  });
});

test('a number is never given twice', () => {
  const store = temporaryStore();
  const first = store.write((tables) => insertPerson(tables, 'Anna', NOW));
  store.write((tables) => {
    removePerson(tables, first.id);
  });
  const second = store.write((tables) => insertPerson(tables, 'Anna', NOW));
  expect(second.id).toBeGreaterThan(first.id);
  expect(store.read((tables) => findPerson(tables, first.id))).toBeUndefined();
});

test('removing somebody who is not there is a defect, not silence', () => {
  const store = temporaryStore();
  const removal = () =>
    store.write((tables) => {
      removePerson(tables, 7);
    });
  expect(removal).toThrow(expect.objectContaining({ code: 'internal' }));
});
