import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { insertPerson, listPeople, openStore } from '../../db/store.ts';
import { compose, locationsIn, type Application } from './compose.ts';

const NOW = '2026-05-04T08:00:00.000Z';

/** A data folder with Anna in a backup, and Anna and Bert in the database. */
async function house() {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'likeness-recovery-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const store = openStore({ dataDir });
  store.write((tables) => insertPerson(tables, 'Anna', NOW));
  const backup = path.join(dataDir, 'backup.db');
  await store.backUp(backup);
  store.write((tables) => insertPerson(tables, 'Bert', NOW));
  store.close();
  const application = (): Application => {
    const opened = compose({ dataDir, provider: 'cpu' });
    onTestFinished(() => opened[Symbol.asyncDispose]());
    return opened;
  };
  const names = () => readdirSync(dataDir).sort();
  return { dataDir, file: path.join(dataDir, 'likeness.db'), backup, application, names };
}

const people = async ({ dispatch }: Application) =>
  (await dispatch('people.list', {})).people.map(({ name }) => name);

/** Half of the pages are no longer what they were. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0xaa, 4096 * 2, 4096 * 12);
  writeFileSync(file, bytes);
}

function foreign(file: string): void {
  rmSync(file);
  const sqlite = new Database(file);
  sqlite.exec("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('Yesterday')");
  sqlite.close();
}

function newer(file: string): void {
  const sqlite = new Database(file);
  sqlite.pragma('user_version = 999');
  sqlite.close();
}

const ruins: readonly (readonly [string, (file: string) => void, string])[] = [
  ['damaged', damage, 'database_corrupt'],
  ['a letter', (file) => writeFileSync(file, 'Dear diary, '.repeat(1000)), 'database_corrupt'],
  ['empty', (file) => writeFileSync(file, ''), 'database_corrupt'],
  [
    'cut off',
    (file) => writeFileSync(file, readFileSync(file).subarray(0, 10_000)),
    'database_corrupt',
  ],
  ['of another program', foreign, 'database_unavailable'],
  ['of a newer version', newer, 'database_newer'],
];

test.each(ruins)('a backup takes the place of a database that is %s', async (_what, ruin, code) => {
  const { file, backup, application } = await house();
  ruin(file);
  const before = readFileSync(file);
  const app = application();
  await expect(people(app)).rejects.toMatchObject({ code });
  expect(readFileSync(file).equals(before)).toBe(true);

  const restored = await app.dispatch('backup.restore', { file: backup });
  expect(restored).toMatchObject({ people: 1, templates: 0 });
  expect(readFileSync(restored.formerKept).equals(before)).toBe(true);
  expect(await people(app)).toEqual(['Anna']);
  await app[Symbol.asyncDispose]();
  expect(await people(application())).toEqual(['Anna']);
});

test('the doctor needs no database: it reports it beside runtime and models', async () => {
  const { file, application, names } = await house();
  damage(file);
  const [before, there] = [readFileSync(file), names()];
  const { dispatch } = application();
  const health = await dispatch('diagnostics.doctor', {});
  expect(health).toMatchObject({ ok: false, database: { file, people: null } });
  expect(health.database.integrity).toContain(file);
  expect(health.runtime).not.toBe('unavailable');
  expect([readFileSync(file).equals(before), names()]).toEqual([true, there]);
});

test('what is no backup changes nothing, also where the database cannot be opened', async () => {
  const { dataDir, file, application, names } = await house();
  damage(file);
  const before = readFileSync(file);
  writeFileSync(path.join(dataDir, 'letter'), 'Dear Anna');
  const there = names();
  const app = application();
  for (const [name, code] of [
    ['letter', 'database_corrupt'],
    ['gone', 'file_not_found'],
  ] as const)
    await expect(
      app.dispatch('backup.restore', { file: path.join(dataDir, name) }),
    ).rejects.toMatchObject({ code });
  expect([readFileSync(file).equals(before), names()]).toEqual([true, there]);
});

/** A copy of the files as a process that was killed leaves them: pages in the log only. */
function leaveLog(dataDir: string, file: string): void {
  const held = openStore({ dataDir });
  held.write((tables) => insertPerson(tables, 'Carla', NOW));
  for (const suffix of ['', '-wal']) copyFileSync(file + suffix, `${file}.copy${suffix}`);
  held.close();
  for (const suffix of ['', '-wal']) copyFileSync(`${file}.copy${suffix}`, file + suffix);
}

test('a log that a dead process has left is read as ever', async () => {
  const { dataDir, file, application } = await house();
  leaveLog(dataDir, file);
  expect(await people(application())).toEqual(['Anna', 'Bert', 'Carla']);
});

test('a backup that was copied over a database with a log is refused untouched, and never mixed', async () => {
  const { dataDir, file, backup, application } = await house();
  leaveLog(dataDir, file);
  copyFileSync(backup, file);
  const before = [readFileSync(file), readFileSync(`${file}-wal`)];
  const app = application();
  await expect(people(app)).rejects.toMatchObject({
    code: 'database_corrupt',
    message: expect.stringContaining('likeness.db-wal') as string,
  });
  expect([readFileSync(file), readFileSync(`${file}-wal`)]).toEqual(before);
  // As a backup, too, it is only what lies in the file: not beside a log that is not its own.
  const other = await house();
  await expect(other.application().dispatch('backup.restore', { file })).rejects.toMatchObject({
    code: 'database_corrupt',
  });

  const { formerKept } = await app.dispatch('backup.restore', { file: backup });
  expect(await people(app)).toEqual(['Anna']);
  expect([readFileSync(formerKept), readFileSync(`${formerKept}-wal`)]).toEqual(before);
});

test.skipIf(process.platform !== 'linux')(
  'a database that cannot be opened, but that another process holds, is left alone',
  async () => {
    const { file, backup, application, names } = await house();
    const script = `
      const Database = require('better-sqlite3');
      const held = new Database(process.argv[1]);
      held.exec('UPDATE people SET hidden = 1');
      console.log('open');
      setInterval(() => held.prepare('SELECT 1').get(), 1000);`;
    const child = spawn(process.execPath, ['--eval', script, file], {
      cwd: path.resolve(import.meta.dirname, '../..'),
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    copyFileSync(backup, file);
    const [before, there] = [readFileSync(file), names()];
    const app = application();
    await expect(app.dispatch('backup.restore', { file: backup })).rejects.toMatchObject({
      code: 'database_busy',
      details: { process: child.pid },
    });
    expect([readFileSync(file).equals(before), names()]).toEqual([true, there]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await app.dispatch('backup.restore', { file: backup })).toMatchObject({ people: 1 });
  },
);

test('a database whose index contradicts its table is restored over as well', async () => {
  const { file, backup, application } = await house();
  const sqlite = new Database(file);
  const { rootpage } = sqlite
    .prepare<[], { rootpage: number }>(
      "SELECT rootpage FROM sqlite_schema WHERE name = 'people_by_portrait'",
    )
    .get()!;
  sqlite.close();
  const bytes = readFileSync(file);
  // An index without entries: the quick check of the start does not see it.
  bytes.writeUInt16BE(0, (rootpage - 1) * 4096 + 3);
  writeFileSync(file, bytes);
  const app = application();
  expect(await app.dispatch('backup.restore', { file: backup })).toMatchObject({ people: 1 });
  expect(await people(app)).toEqual(['Anna']);
});

test('only what people see is taken from a backup where keys cannot be read', async () => {
  const { dataDir, file, backup, application } = await house();
  const first = application();
  const { secret } = await first.dispatch('access.createKey', { name: 'Door' });
  await first.dispatch('backup.create', { file: path.join(dataDir, 'with-key.db') });
  await first[Symbol.asyncDispose]();
  writeFileSync(file, '');
  const app = application();
  const { warnings } = await app.dispatch('backup.restore', {
    file: path.join(dataDir, 'with-key.db'),
  });
  expect([app.checkKey(secret), warnings.length]).toEqual([null, 1]);
  expect(readFileSync(backup).length).toBeGreaterThan(0);
  expect(openStore({ dataDir }).read(listPeople)).toHaveLength(2);
});

test('where the files of the program lie is taken from the environment that a shell hands in', () => {
  expect(locationsIn({ LIKENESS_MODELS: '/opt/models', LIKENESS_SAMPLES: '' })).toEqual({
    models: path.resolve('/opt/models'),
  });
  expect(locationsIn({})).toEqual({});
});

test('models that are said to lie elsewhere are looked for there', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'likeness-recovery-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  await using opened = compose({ dataDir, provider: 'cpu', locations: { models: dataDir } });
  const { models } = await opened.dispatch('models.list', {});
  const missing = models.filter(
    ({ origin, state }) => origin === 'built-in' && state === 'missing',
  );
  expect(missing.map(({ id }) => id)).toContain('detector-ssd');
});
