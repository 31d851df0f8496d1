import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { connect } from './connection.ts';
import { migrations } from './migrations/index.ts';
import {
  countTemplates,
  createStore,
  insertPerson,
  insertTemplate,
  openStore,
  type Store,
} from './store.ts';
import { NOW, template } from './testing/samples.ts';
import { temporaryFolder } from './testing/temporary.ts';

const isRoot = process.getuid?.() === 0;

function fill(store: Store, templates: number): void {
  store.write((tables) => {
    const { id } = insertPerson(tables, 'Anna', NOW);
    for (let seed = 0; seed < templates; seed++) insertTemplate(tables, template(id, seed));
  });
}

/** A database file with 200 templates. */
function filled(): string {
  const file = path.join(temporaryFolder(), 'likeness.db');
  const store = openStore({ file });
  fill(store, 200);
  store.close();
  return file;
}

/** Opens the file, which must be refused with the code, named, and left as it is. */
function expectRefused(file: string, code: string): void {
  const before = readFileSync(file);
  expect(() => openStore({ file })).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(file) as string }),
  );
  expect(readFileSync(file).equals(before)).toBe(true);
}

test('a database from a newer version is refused', () => {
  const file = filled();
  const sqlite = new Database(file);
  sqlite.pragma('user_version = 99');
  sqlite.pragma('journal_mode = DELETE');
  sqlite.close();
  expectRefused(file, 'database_newer');
});

test('a file that is no database is refused', () => {
  const file = path.join(temporaryFolder(), 'likeness.db');
  writeFileSync(file, 'Dear diary, '.repeat(1000));
  expectRefused(file, 'database_corrupt');
});

test('a damaged page is found at the start', () => {
  const file = filled();
  const bytes = readFileSync(file);
  bytes.fill(0xaa, 4096 * 5, 4096 * 12);
  writeFileSync(file, bytes);
  expectRefused(file, 'database_corrupt');
});

test.each([0.5, 0.9])('a file cut at %f of its length is refused', (share) => {
  const file = filled();
  truncateSync(file, Math.floor(statSync(file).size * share));
  expectRefused(file, 'database_corrupt');
});

test('the database of another program is refused', () => {
  const file = path.join(temporaryFolder(), 'likeness.db');
  const sqlite = new Database(file);
  sqlite.exec('CREATE TABLE songs (title TEXT)');
  sqlite.close();
  expectRefused(file, 'database_unavailable');
});

test('a folder in place of the file, and a file in place of the folder, are refused', () => {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'likeness.db'));
  const unavailable = expect.objectContaining({ code: 'database_unavailable' }) as Error;
  expect(() => openStore({ dataDir: folder })).toThrow(unavailable);
  writeFileSync(path.join(folder, 'file'), '');
  expect(() => openStore({ dataDir: path.join(folder, 'file') })).toThrow(unavailable);
  expect(() => openStore({ dataDir: path.join(folder, 'file', 'below') })).toThrow(unavailable);
});

/** Opens a store in a process that may not do everything; prints the code it is refused with. */
function codeInChild(dataDir: string, identity: { uid?: number; gid?: number }): string {
  const store = new URL('./store.ts', import.meta.url).href;
  const script = `
    import { openStore } from ${JSON.stringify(store)};
    try { openStore({ dataDir: ${JSON.stringify(dataDir)} }); console.log('opened'); }
    catch (error) { console.log(error.code); }`;
  const argv = ['--input-type=module', '--eval', script];
  return execFileSync(process.execPath, argv, { encoding: 'utf8', ...identity }).trim();
}

const NOBODY = 65534;
const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** Whether an unprivileged process can read these sources at all. */
function readableByOthers(): boolean {
  try {
    return codeInChild('/dev/null/nowhere', identity) === 'database_unavailable';
  } catch {
    console.warn('Read-only folders are not tested: no unprivileged process can read the sources.');
    return false;
  }
}

const canDropRights = process.platform !== 'win32' && readableByOthers();

test.skipIf(!canDropRights)('a read-only folder is refused (needs a user without rights)', () => {
  const folder = temporaryFolder();
  const readOnly = path.join(folder, 'read-only');
  mkdirSync(readOnly, { mode: 0o555 });
  execFileSync('chmod', ['755', folder]);
  expect(codeInChild(readOnly, identity)).toBe('database_unavailable');
});

test.skipIf(!canDropRights)('a read-only database is refused (needs a user without rights)', () => {
  const file = filled();
  execFileSync('chmod', ['555', path.dirname(file)]);
  execFileSync('chmod', ['444', file]);
  expect(codeInChild(path.dirname(file), identity)).toBe('database_unavailable');
});

test('a disk that fills up is named, and what was committed before stays', () => {
  const file = filled();
  const sqlite = connect(file, migrations);
  const pages = sqlite.pragma('page_count', { simple: true }) as number;
  // SQLite reports the limit with the same code as a full disk.
  sqlite.pragma(`max_page_count = ${pages + 2}`);
  const store = createStore(sqlite);
  const growing = () =>
    store.write((tables) => {
      for (let seed = 1000; seed < 2000; seed++) insertTemplate(tables, template(1, seed));
    });
  expect(growing).toThrow(expect.objectContaining({ code: 'disk_full' }));
  expect(store.read(countTemplates)).toBe(200);
  expect(store.health().integrity).toBe('ok');
  store.close();
});

/** Mounts a disk of one megabyte; undefined where that is not allowed. */
function smallDisk(): string | undefined {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    console.warn('The full disk is only simulated: mounting a small one is not allowed here.');
    return undefined;
  }
}

test('a disk that is really full is named, and the database survives it', ({
  skip,
  onTestFinished,
}) => {
  const folder = smallDisk();
  if (folder === undefined) return skip('mounting a small disk is not allowed');
  onTestFinished(() => {
    execFileSync('umount', [folder]);
  });
  const store = openStore({ dataDir: folder });
  fill(store, 100);
  const growing = () =>
    store.write((tables) => {
      for (let seed = 1000; seed < 4000; seed++) insertTemplate(tables, template(1, seed));
    });
  expect(growing).toThrow(expect.objectContaining({ code: 'disk_full' }));
  expect(store.read(countTemplates)).toBe(100);
  store.close();
  const again = openStore({ dataDir: folder });
  expect(again.health().integrity).toBe('ok');
  again.close();
});
