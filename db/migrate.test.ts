import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { connect } from './connection.ts';
import { backupFile, schemaVersion, type Migration } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { createStore, insertPerson, listPeople } from './store.ts';
import { NOW } from './testing/samples.ts';
import { temporaryFolder } from './testing/temporary.ts';

const newest = migrations.length;

const next: Migration = {
  version: newest + 1,
  name: 'nicknames',
  sql: 'CREATE TABLE nicknames (nickname TEXT NOT NULL) STRICT',
};
const broken: Migration = {
  version: newest + 1,
  name: 'broken',
  sql: 'CREATE TABLE half (x TEXT); INSERT INTO nowhere VALUES (1)',
};

function existing(): string {
  const file = path.join(temporaryFolder(), 'likeness.db');
  const store = createStore(connect(file, migrations));
  store.write((tables) => insertPerson(tables, 'Anna', NOW));
  store.close();
  return file;
}

test('versions are consecutive, so that none is skipped', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
});

test('a new database needs no copy', () => {
  const file = path.join(temporaryFolder(), 'likeness.db');
  connect(file, migrations).close();
  expect(readdirSync(path.dirname(file))).toEqual(['likeness.db']);
});

test('an existing one is copied, then migrated', () => {
  const file = existing();
  const sqlite = connect(file, [...migrations, next]);
  expect(schemaVersion(sqlite)).toBe(newest + 1);
  expect(createStore(sqlite).read(listPeople)).toHaveLength(1);
  sqlite.close();

  const copy = createStore(connect(backupFile(file, newest), migrations));
  expect(copy.health()).toEqual({ schemaVersion: newest, integrity: 'ok' });
  expect(copy.read(listPeople).map(({ name }) => name)).toEqual(['Anna']);
  copy.close();
});

test('a migration that fails leaves the former schema and the copy', () => {
  const file = existing();
  expect(() => connect(file, [...migrations, broken])).toThrow(
    expect.objectContaining({ code: 'internal' }),
  );
  const sqlite = new Database(file);
  expect(schemaVersion(sqlite)).toBe(newest);
  expect(sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half'").get()).toBeUndefined();
  sqlite.close();
  expect(existsSync(backupFile(file, newest))).toBe(true);
  // The next attempt replaces the copy.
  connect(file, [...migrations, next]).close();
});

test('a failed painting of an earlier version keeps its reason, in the present spelling', () => {
  const file = path.join(temporaryFolder(), 'likeness.db');
  const old = connect(file, migrations.slice(0, 8));
  const error = JSON.stringify({ code: 'image_unrecognised', message: 'No picture.' });
  old
    .prepare(
      `INSERT INTO jobs (state, settings, output, error, created_at, updated_at)
       VALUES ('failed', '{}', 'a.png', ?, 'now', 'now')`,
    )
    .run(error);
  old.close();
  const sqlite = connect(file, migrations);
  expect(sqlite.prepare('SELECT error FROM jobs').pluck().get()).toBe(
    error.replace('unrecognised', 'unrecognized'),
  );
  sqlite.close();
});
