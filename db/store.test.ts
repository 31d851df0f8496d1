import { statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { migrations } from './migrations/index.ts';
import { countPeople, insertPerson, listPeople, openStore } from './store.ts';
import { NOW } from './testing/samples.ts';
import { temporaryFolder, temporaryStore } from './testing/temporary.ts';

test('creates folder and database, and finds everything again', () => {
  const dataDir = path.join(temporaryFolder(), 'new', 'folder');
  const first = openStore({ dataDir });
  first.write((tables) => insertPerson(tables, 'Anna', NOW));
  first.close();

  const again = temporaryStore(dataDir);
  expect(again.read(listPeople)).toEqual([
    {
      id: 1,
      name: 'Anna',
      createdAt: NOW,
      templates: 0,
      portrait: null,
      hidden: false,
      lastSeen: null,
    },
  ]);
  expect(again.file).toBe(path.join(dataDir, 'likeness.db'));
  expect(again.health()).toEqual({ schemaVersion: migrations.length, integrity: 'ok' });
});

test('opens a database by its file too', () => {
  const file = path.join(temporaryFolder(), 'mine.sqlite');
  const store = openStore({ file });
  expect(store.file).toBe(file);
  store.close();
});

test.skipIf(process.platform === 'win32')('lets nobody but the owner read the files', () => {
  const store = temporaryStore(path.join(temporaryFolder(), 'data'));
  store.write((tables) => insertPerson(tables, 'Anna', NOW));
  const mode = (file: string) => statSync(file).mode & 0o077;
  expect([store.file, `${store.file}-wal`, path.dirname(store.file)].map(mode)).toEqual([0, 0, 0]);
});

test('a transaction that fails leaves nothing', () => {
  const store = temporaryStore();
  const failing = () =>
    store.write((tables) => {
      insertPerson(tables, 'Anna', NOW);
      throw new Error('afterwards');
    });
  expect(failing).toThrow('afterwards');
  expect(store.read(countPeople)).toBe(0);
});

test('says when another connection has written, and only then', () => {
  const dataDir = temporaryFolder();
  const ours = temporaryStore(dataDir);
  const theirs = temporaryStore(dataDir);
  const before = ours.foreignVersion();
  ours.write((tables) => insertPerson(tables, 'Anna', NOW));
  expect(ours.foreignVersion()).toBe(before);
  theirs.write((tables) => insertPerson(tables, 'Bert', NOW));
  expect(ours.foreignVersion()).not.toBe(before);
});

test('is as durable as it says', () => {
  const store = temporaryStore();
  const pragma = (name: string) =>
    store.read(({ sqlite }) => sqlite.pragma(name, { simple: true }));
  expect(['journal_mode', 'synchronous', 'foreign_keys', 'secure_delete'].map(pragma)).toEqual([
    'wal',
    2,
    1,
    1,
  ]);
});
