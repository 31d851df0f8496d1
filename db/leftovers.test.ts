import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { fillDisk, mountSmallDisk } from '../foundation/files/testing/small-disk.ts';
import { connect } from './connection.ts';
import { migrations } from './migrations/index.ts';
import {
  erasePerson,
  findPersonByName,
  insertConsent,
  insertPerson,
  insertTemplate,
  openStore,
  type Store,
} from './store.ts';
import { encodingOf, NOW, template } from './testing/samples.ts';
import { temporaryFolder, temporaryStore } from './testing/temporary.ts';

const NAME = 'Wilhelmina Quastenflosser';
const ENCODING = Buffer.from(encodingOf(7).buffer);

/** Somebody, before so many megabytes of others: copying takes a while. */
function populate(store: Store, megabytes = 32): void {
  store.write((tables) => {
    const { id } = insertPerson(tables, NAME, NOW);
    insertTemplate(tables, template(id, 7));
    const other = insertPerson(tables, 'Somebody else', NOW).id;
    for (let part = 0; part < megabytes * 16; part++)
      insertConsent(tables, other, { note: `${part}`.repeat(2 ** 15), createdAt: NOW });
  });
}

/** The files at or below the folders in which there are the bytes. */
const holding = (bytes: Buffer | string, ...folders: string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => {
        try {
          return readFileSync(file).includes(bytes);
        } catch {
          return false;
        }
      }),
  );

const copier = path.join(import.meta.dirname, 'testing/copier.ts');

/** A process that copies, caught when it has written the name somewhere else than in the database. */
async function caughtCopying(
  dataDir: string,
  work: 'backup' | 'restore' | 'update',
  file: string,
): Promise<{ readonly child: ChildProcess; readonly part: string }> {
  const known = new Set(holding(NAME, dataDir, path.dirname(file)));
  const child = spawn(process.execPath, [copier, dataDir, work, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  while (child.exitCode === null) {
    // It stands still while we look.
    child.kill('SIGSTOP');
    const [part] = holding(NAME, dataDir, path.dirname(file)).filter(
      (found) => !known.has(found) && !found.startsWith(path.join(dataDir, 'likeness.db-')),
    );
    if (part !== undefined && part !== file) return { child, part };
    child.kill('SIGCONT');
    await pause(2);
  }
  throw new Error('It was done before it could be caught.');
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const erase = (store: Store) =>
  store.write((tables) => erasePerson(tables, findPersonByName(tables, NAME)!.id));

test('nobody who is deleted stays in what a killed backup has left, wherever that lies', async () => {
  const [dataDir, elsewhere] = [temporaryFolder(), temporaryFolder()];
  const store = temporaryStore(dataDir);
  populate(store);
  // Killed while we are open already: nobody starts anew in between.
  const { child, part } = await caughtCopying(dataDir, 'backup', path.join(elsewhere, 'b.db'));
  await kill(child);
  expect(existsSync(part)).toBe(true);
  erase(store);
  const { done, removed } = store.scrub();
  expect(holding(NAME, dataDir, elsewhere)).toEqual([]);
  expect(holding(ENCODING, dataDir, elsewhere)).toEqual([]);
  expect([done, removed.length]).toEqual([true, 1]);
  expect(readdirSync(elsewhere)).toEqual([]);
});

test('nor in what a killed restore has left, which goes at the next start', async () => {
  const [dataDir, elsewhere] = [temporaryFolder(), temporaryFolder()];
  const first = openStore({ dataDir });
  populate(first);
  const backup = path.join(elsewhere, 'b.db');
  await first.backUp(backup);
  erase(first);
  first.scrub();
  first.close();
  const { child } = await caughtCopying(dataDir, 'restore', backup);
  await kill(child);
  expect(holding(NAME, dataDir)).not.toEqual([]);
  const again = temporaryStore(dataDir);
  again.scrub();
  expect(holding(NAME, dataDir)).toEqual([]);
  expect(readdirSync(dataDir).sort()).toEqual([
    'likeness.db',
    'likeness.db-shm',
    'likeness.db-wal',
  ]);
});

test('nor in what a killed update has left', async () => {
  const dataDir = temporaryFolder();
  const first = openStore({ dataDir });
  populate(first);
  first.close();
  const { child, part } = await caughtCopying(dataDir, 'update', path.join(dataDir, 'none'));
  await kill(child);
  expect(existsSync(part)).toBe(true);
  const again = temporaryStore(dataDir);
  expect(existsSync(part)).toBe(false);
  erase(again);
  expect(again.scrub().done).toBe(true);
  expect(holding(NAME, dataDir)).toEqual([]);
});

test('what a living process is at work on stays, and is named', async () => {
  const [dataDir, elsewhere] = [temporaryFolder(), temporaryFolder()];
  const file = path.join(elsewhere, 'b.db');
  const writer = temporaryStore(dataDir);
  populate(writer);
  const { child, part } = await caughtCopying(dataDir, 'backup', file);
  const store = temporaryStore(dataDir);
  const { remaining } = store.scrub();
  expect(remaining).toEqual([{ file: path.dirname(part), kind: 'unfinished' }]);
  expect(existsSync(part)).toBe(true);
  child.kill('SIGCONT');
  await once(child, 'exit');
  expect(child.exitCode).toBe(0);
  expect(readdirSync(elsewhere)).toEqual(['b.db']);
  expect(store.scrub().remaining).toEqual([{ file, kind: 'backup' }]);
});

test('what earlier versions have left goes, unless its process lives', () => {
  const dataDir = temporaryFolder();
  openStore({ dataDir }).close();
  const leave = (name: string) => writeFileSync(path.join(dataDir, name), NAME);
  const dead = 4_194_000;
  const left = [
    `likeness.db.restoring-${dead}`,
    `likeness.db.restoring-${dead}-wal`,
    `likeness.db.restoring-${dead}.before-migration-3`,
    `likeness.db.before-migration-3.${dead}`,
    `likeness.db.before-restore-2026-01-01T00-00-00-000Z.${dead}.part-journal`,
    `b.db.${dead}.part`,
    `likeness.db.${dead}.new`,
  ];
  const others = ['holiday.part', 'likeness.db.lunch', `likeness.db.restoring-${process.ppid}`];
  for (const name of [...left, ...others]) leave(name);
  const store = temporaryStore(dataDir);
  const names = readdirSync(dataDir);
  expect(left.filter((name) => names.includes(name))).toEqual([]);
  expect(others.filter((name) => !names.includes(name))).toEqual([]);
  expect(store.scrub().remaining).toEqual([
    { file: path.join(dataDir, others[2]!), kind: 'unfinished' },
  ]);
});

test('an unfinished backup on a disk that is not there is named until it is', async () => {
  const [dataDir, elsewhere] = [temporaryFolder(), temporaryFolder()];
  const disk = path.join(elsewhere, 'disk');
  mkdirSync(disk);
  const store = temporaryStore(dataDir);
  populate(store);
  const { child, part } = await caughtCopying(dataDir, 'backup', path.join(disk, 'b.db'));
  await kill(child);
  renameSync(disk, `${disk} pulled out`);
  erase(store);
  expect(store.scrub().remaining).toEqual([{ file: path.dirname(part), kind: 'unfinished' }]);
  renameSync(`${disk} pulled out`, disk);
  expect(store.scrub()).toMatchObject({ removed: [path.dirname(part)], remaining: [] });
  expect(holding(NAME, dataDir, elsewhere)).toEqual([]);
});

test('a link with a name that can be guessed leads a backup nowhere', async () => {
  const folder = temporaryFolder();
  const store = temporaryStore(path.join(folder, 'data'));
  populate(store, 1);
  const victim = path.join(folder, 'diary');
  writeFileSync(victim, 'Dear diary');
  const file = path.join(folder, 'b.db');
  for (const suffix of ['', '-journal', '-wal'])
    symlinkSync(victim, `${file}.${process.pid}.part${suffix}`);
  await store.backUp(file);
  expect(readFileSync(victim, 'utf8')).toBe('Dear diary');
});

test.skipIf(process.platform === 'win32')('nobody but its owner reads a backup', async () => {
  const folder = temporaryFolder();
  const store = temporaryStore(path.join(folder, 'data'));
  const file = path.join(folder, 'b.db');
  const umask = process.umask(0);
  onTestFinished(() => void process.umask(umask));
  await store.backUp(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  chmodSync(file, 0o644);
  const isRoot = process.getuid!() === 0;
  if (isRoot) chownSync(file, 65534, 65534);
  await store.backUp(file, true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  if (isRoot) expect(statSync(file).uid).toBe(65534);
});

test('a file that comes to be there during a backup is not replaced', async () => {
  const folder = temporaryFolder();
  const store = temporaryStore(path.join(folder, 'data'));
  populate(store, 1);
  const file = path.join(folder, 'b.db');
  const copying = store.backUp(file);
  writeFileSync(file, 'mine');
  await expect(copying).rejects.toMatchObject({ code: 'file_exists' });
  expect(readFileSync(file, 'utf8')).toBe('mine');
  expect(readdirSync(folder).sort()).toEqual(['b.db', 'data']);
});

test('a restore, or an update, that finds no room leaves no copy behind, however often', async ({
  skip,
}) => {
  const [folder, disk] = [temporaryFolder(), path.join(temporaryFolder(), 'disk')];
  if (!mountSmallDisk(disk, 24 << 20)) return skip('mounting a small disk is not allowed');
  const source = openStore({ dataDir: folder });
  populate(source, 5);
  const backup = path.join(folder, 'b.db');
  await source.backUp(backup);
  source.close();
  const store = openStore({ dataDir: disk });
  populate(store, 3);
  store.scrub();
  const before = readdirSync(disk).sort();
  // Room for the copies, but not for the log of taking them over.
  fillDisk(disk, 10 << 20);
  for (let attempt = 0; attempt < 3; attempt++)
    await expect(store.restore(backup, new Date())).rejects.toMatchObject({ code: 'disk_full' });
  const after = readdirSync(disk).filter((name) => name !== '.filler');
  expect(after.sort()).toEqual(before);
  store.close();

  fillDisk(disk);
  const next = { version: migrations.length + 1, name: 'next', sql: 'CREATE TABLE next (x TEXT)' };
  for (let attempt = 0; attempt < 3; attempt++)
    expect(() => connect(path.join(disk, 'likeness.db'), [...migrations, next])).toThrow(
      expect.objectContaining({ code: 'disk_full' }),
    );
  const left = readdirSync(disk).filter((name) => /before|unfinished|restoring/u.test(name));
  expect(left).toEqual([]);
});

test('a backup has nothing of what was deleted, also while its scrub is hindered', async () => {
  const [dataDir, elsewhere] = [temporaryFolder(), temporaryFolder()];
  const store = temporaryStore(dataDir);
  populate(store, 1);
  // Leaves the name in free space of a page, as balancing of a tree may.
  store.write(({ sqlite }) => {
    sqlite.pragma('secure_delete = OFF');
  });
  erase(store);
  await store.backUp(path.join(elsewhere, 'b.db'));
  expect(holding(NAME, dataDir)).not.toEqual([]);
  expect(holding(NAME, elsewhere)).toEqual([]);
});
