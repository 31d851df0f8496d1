import { expect, test } from 'vitest';
import {
  countConsents,
  insertConsent,
  insertPerson,
  listConsents,
  moveConsents,
} from '../store.ts';
import { NOW } from '../testing/samples.ts';
import { temporaryStore } from '../testing/temporary.ts';

test('notes stay with their person, and move with them', () => {
  const store = temporaryStore();
  const note = { note: 'agreed by e-mail — Ängste ausgeräumt', createdAt: NOW };
  const [anna, bert] = store.write((tables) => {
    const ids = ['Anna', 'Bert'].map((name) => insertPerson(tables, name, NOW).id);
    insertConsent(tables, ids[0]!, note);
    return ids;
  });
  expect(store.read((tables) => listConsents(tables, anna!))).toEqual([note]);
  store.write((tables) => {
    moveConsents(tables, anna!, bert!);
  });
  expect(store.read((tables) => listConsents(tables, bert!))).toEqual([note]);
  expect(store.read((tables) => countConsents(tables, anna!))).toBe(0);
});
