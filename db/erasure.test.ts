import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { backupFile } from './migrate.ts';
import {
  erasePerson,
  findPersonByName,
  insertActivity,
  insertConsent,
  insertPerson,
  insertTemplate,
  openStore,
  type Store,
} from './store.ts';
import { encodingOf, NOW, photoHash, template } from './testing/samples.ts';
import { filesWith, temporaryFolder, temporaryStore } from './testing/temporary.ts';

const NAME = 'Wilhelmina Quastenflosser';

/** People before and after, so that pages split and rows wander between them. */
function populate(store: Store): void {
  for (let n = 0; n < 60; n++) {
    enroll(store, `Filler number ${n * 7919}`, n * 10);
    if (n === 30) enroll(store, NAME, 100_000);
  }
}

function enroll(store: Store, name: string, seed: number): void {
  store.write((tables) => {
    const { id } = insertPerson(tables, name, NOW);
    insertConsent(tables, id, { note: `${name} agreed`, createdAt: NOW });
    insertActivity(tables, { kind: 'enrolled', personId: id, counts: {}, createdAt: NOW });
    for (let i = 0; i < 8; i++)
      insertTemplate(tables, { ...template(id, seed + i), source: `/photos/${name}/${i}.jpg` });
  });
}

const traces = (): Buffer[] => [
  Buffer.from(NAME),
  Buffer.from(NAME.toLowerCase()),
  ...Array.from({ length: 8 }, (_, i) => Buffer.from(encodingOf(100_000 + i).buffer)),
  Buffer.from(encodingOf(100_003).buffer).subarray(64, 128),
  Buffer.from(photoHash('photo 100000'), 'hex'),
];

test('leaves no byte of a deleted person in any file of the folder', () => {
  const folder = temporaryFolder();
  const store = temporaryStore(folder);
  populate(store);
  const copy = backupFile(store.file, 1);
  writeFileSync(copy, `copy from before a migration, with ${NAME}`);
  for (const trace of traces()) expect(filesWith(folder, trace)).not.toEqual([]);

  const erased = store.write((tables) => erasePerson(tables, findPersonByName(tables, NAME)!.id));
  expect(erased).toEqual({
    templates: 8,
    consents: 1,
    activity: 1,
    portraits: 0,
    attendance: 0,
    impostors: 0,
  });
  expect(store.scrub()).toMatchObject({ done: true, removed: [copy], remaining: [] });
  for (const trace of traces()) expect(filesWith(folder, trace)).toEqual([]);
  expect(existsSync(copy)).toBe(false);
  expect(filesWith(folder, Buffer.from('Filler number 7919'))).toEqual(['likeness.db']);
  expect(store.health().integrity).toBe('ok');
});

test('touches no other file of the folder', () => {
  const folder = temporaryFolder();
  const store = temporaryStore(folder);
  const other = path.join(folder, 'likeness.db.before-lunch');
  writeFileSync(other, 'not ours');
  store.scrub();
  expect(existsSync(other)).toBe(true);
});

test('says so where somebody still reads the former state', () => {
  const folder = temporaryFolder();
  const store = temporaryStore(folder);
  populate(store);
  const reader = temporaryStore(folder);
  store.read(({ sqlite }) => sqlite.pragma('busy_timeout = 50'));
  reader.read((tables) => {
    findPersonByName(tables, NAME);
    store.write((others) => erasePerson(others, findPersonByName(others, NAME)!.id));
    expect(store.scrub()).toMatchObject({ done: false, obstacle: 'in-use' });
    expect(store.dueErasure()?.obstacle).toBe('in-use');
  });
  expect(store.scrub().done).toBe(true);
  expect(store.dueErasure()).toBeNull();
  expect(filesWith(folder, Buffer.from(NAME))).toEqual([]);
});

const erase = (store: Store) =>
  store.write((tables) => erasePerson(tables, findPersonByName(tables, NAME)!.id));

test('what a kill between deletion and scrub leaves goes at the next scrub, copies included', () => {
  const dataDir = temporaryFolder();
  const store = openStore({ dataDir });
  populate(store);
  const copy = path.join(dataDir, 'likeness.db.before-restore-2026-01-01T00-00-00-000Z');
  writeFileSync(copy, NAME);
  erase(store);
  store.close();
  const again = temporaryStore(dataDir);
  expect(again.dueErasure()).not.toBeNull();
  expect(again.scrub()).toMatchObject({ done: true, removed: [copy] });
  expect(again.dueErasure()).toBeNull();
});

test('whatever is deleted, or renamed, is noted as still to be erased', () => {
  const store = temporaryStore();
  populate(store);
  store.scrub();
  const statements = [
    "UPDATE people SET name = CAST('New' AS BLOB), name_key = CAST('New' AS BLOB) WHERE id = 1",
    'DELETE FROM templates',
    'DELETE FROM consents',
    'DELETE FROM people WHERE id = 1',
    'INSERT INTO activity (kind, counts, created_at) VALUES (0, 0, 0); DELETE FROM activity',
  ];
  for (const sql of statements) {
    expect(store.dueErasure()).toBeNull();
    store.write(({ sqlite }) => sqlite.exec(sql));
    expect(store.dueErasure(), sql).not.toBeNull();
    expect(store.scrub().done).toBe(true);
  }
});

test('what is deleted while another scrub is hindered is not forgotten', () => {
  const dataDir = temporaryFolder();
  const store = temporaryStore(dataDir);
  populate(store);
  const reader = new Database(path.join(dataDir, 'likeness.db'));
  onTestFinished(() => void reader.close());
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM people').get();
  store.write(({ sqlite }) => sqlite.exec('DELETE FROM templates'));
  expect(store.scrub().done).toBe(false);
  const size = statSync(`${store.file}-wal`).size;
  expect(store.scrub().done).toBe(false);
  // It has not been written anew once more for it.
  expect(statSync(`${store.file}-wal`).size).toBeLessThan(size + 100_000);
  erase(store);
  expect(store.scrub().done).toBe(false);
  reader.exec('COMMIT');
  expect(store.scrub().done).toBe(true);
  for (const trace of traces()) expect(filesWith(dataDir, trace)).toEqual([]);
});
