import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openStore, listPeople } from '../../db/store.ts';
import { testApplication, type TestApplication } from './testing/application.ts';

const enroll = (app: TestApplication, name: string) =>
  app.run('enrollment.enroll', { name, images: [app.photo(`${name}.jpg`, name.toLowerCase())] });

const names = async (app: TestApplication) =>
  (await app.run('people.list', {})).people.map(({ name }) => name);

const whoIs = async (app: TestApplication, text: string) => {
  const image = app.photo('probe.jpg', `${text}\n# asked`);
  const { faces } = await app.run('identification.identify', { image });
  return faces[0]!.matches[0]?.name;
};

test('what was backed up comes back, and what was there is kept beside it', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  const file = path.join(app.folder, 'backup.likeness');
  expect(await app.run('backup.create', { file })).toMatchObject({ file, people: 1 });
  await enroll(app, 'Bert');
  await app.run('people.rename', { person: 'Anna', name: 'Somebody' });

  const restored = await app.run('backup.restore', { file });
  expect(restored).toMatchObject({ people: 1, templates: 1 });
  expect(await names(app)).toEqual(['Anna']);
  expect(await whoIs(app, 'anna')).toBe('Anna');
  expect(app.store.health().integrity).toBe('ok');
  await app.run('backup.restore', { file: restored.formerKept });
  expect(await names(app)).toEqual(['Bert', 'Somebody']);
  expect(await whoIs(app, 'bert')).toBe('Bert');
});

test('numbers are never given again, revoked keys stay revoked, the PIN stays', async () => {
  const app = testApplication();
  await app.run('kiosk.setPin', { pin: '1111' });
  const { key, secret } = await app.run('access.createKey', { name: 'Door' });
  const file = path.join(app.folder, 'backup');
  await app.run('backup.create', { file });
  await enroll(app, 'Anna');
  await app.run('access.revokeKey', { id: key.id });
  await app.run('kiosk.setPin', { pin: '2222', current: '1111' });
  await app.run('backup.restore', { file });
  expect(app.checkKey(secret)).toBeNull();
  await app.run('kiosk.unlock', { pin: '2222' });
  expect((await enroll(app, 'Bert')).person.id).toBe(2);
});

test('what is no sound backup of ours is refused, and nothing changes', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  const place = (name: string) => path.join(app.folder, name);
  const good = place('good');
  await app.run('backup.create', { file: good });
  const foreign = new Database(place('foreign'));
  foreign.exec('CREATE TABLE notes (text TEXT)').close();
  const newer = place('newer');
  writeFileSync(newer, readFileSync(good));
  const opened = new Database(newer);
  opened.pragma('user_version = 999');
  opened.close();
  const damaged = readFileSync(good);
  damaged.fill(0xa5, 4096 * 2, 4096 * 6);
  writeFileSync(place('damaged'), damaged);
  writeFileSync(place('torn'), readFileSync(good));
  const torn = new Database(place('torn'));
  torn.exec('PRAGMA foreign_keys = OFF; DROP TABLE templates').close();
  writeFileSync(place('letter'), 'Dear Anna, this is no database at all.');
  writeFileSync(place('empty'), '');
  const codes = { foreign: 'backup_foreign', newer: 'database_newer', damaged: 'database_corrupt' };
  const others = {
    torn: 'database_corrupt',
    letter: 'database_corrupt',
    empty: 'backup_foreign',
    gone: 'file_not_found',
  };
  for (const [name, code] of Object.entries({ ...codes, ...others }))
    await expect(app.run('backup.restore', { file: place(name) }), name).rejects.toMatchObject({
      code,
    });
  expect(await names(app)).toEqual(['Anna']);
  await expect(app.run('backup.create', { file: app.store.file })).rejects.toMatchObject({
    code: 'output_is_input',
  });
  await expect(app.run('backup.create', { file: place('letter') })).rejects.toMatchObject({
    code: 'file_exists',
  });
});

test('deleting somebody takes them out of what a restore has kept', async () => {
  const app = testApplication();
  const file = path.join(app.folder, 'backup');
  await app.run('backup.create', { file });
  await enroll(app, 'Wilhelmina');
  const { formerKept } = await app.run('backup.restore', { file });
  await enroll(app, 'Bert');
  expect(readFileSync(formerKept).includes('Wilhelmina')).toBe(true);
  await app.run('people.delete', { person: 'Bert' });
  expect(() => readFileSync(formerKept)).toThrow('ENOENT');
});

/** Ways to say a file of the store by another name; each gives what is said. */
const ways: readonly (readonly [string, (data: string, folder: string) => string])[] = [
  ...['', '-wal', '-shm', '-journal'].map(
    (suffix) => [`likeness.db${suffix}`, (data: string) => `${data}/likeness.db${suffix}`] as const,
  ),
  ...['', '-wal', '-shm', '-journal'].map(
    (suffix) =>
      [
        `likeness.db${suffix} by way of a linked folder`,
        (data: string, folder: string) => {
          symlinkSync(data, path.join(folder, 'linked'));
          return path.join(folder, 'linked', `likeness.db${suffix}`);
        },
      ] as const,
  ),
  ...['', '-wal'].flatMap((suffix) => [
    [
      `a link to likeness.db${suffix}`,
      (data: string, folder: string) => {
        symlinkSync(`${data}/likeness.db${suffix}`, path.join(folder, 'link'));
        return path.join(folder, 'link');
      },
    ] as const,
    [
      `a hard link to likeness.db${suffix}`,
      (data: string, folder: string) => {
        linkSync(`${data}/likeness.db${suffix}`, path.join(folder, 'hard'));
        return path.join(folder, 'hard');
      },
    ] as const,
  ]),
  ['other letters', (data) => `${data}/LIKENESS.DB-WAL`],
  ['a path with dots', (data) => `${data}/models/../likeness.db-wal`],
  ['dots at the end', (data) => `${data}/likeness.db-wal.`],
  ['a state of before an update', (data) => `${data}/likeness.db.before-migration-99`],
  ['an unfinished copy', (data) => `${data}/likeness.db.unfinished-abcdef`],
  [
    'a place that is cleared away',
    (data) => {
      mkdirSync(`${data}/pictures`);
      return `${data}/pictures/backup.db`;
    },
  ],
];

describe.each([false, true])('a backup with replace %s does not destroy the store', (replace) => {
  test.each(ways)('as %s', async (_what, say) => {
    const app = testApplication();
    await enroll(app, 'Anna');
    const data = path.join(app.folder, 'data');
    const file = say(data, app.folder);
    const before = readdirSync(data).sort();
    await expect(app.run('backup.create', { file, replace })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:output_is_input|file_exists)$/u) as string,
    });
    await enroll(app, 'Bert');
    expect(await names(app)).toEqual(['Anna', 'Bert']);
    expect(readdirSync(data).sort()).toEqual(before);
    const other = openStore({ dataDir: data });
    expect(other.read(listPeople)).toHaveLength(2);
    expect(other.health().integrity).toBe('ok');
    other.close();
  });
});

test('where no log is there yet, none is put in its place', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  const data = path.join(app.folder, 'data');
  symlinkSync(data, path.join(app.folder, 'linked'));
  for (const name of ['likeness.db-journal', 'likeness.db-JOURNAL']) {
    const file = path.join(app.folder, 'linked', name);
    expect(existsSync(file)).toBe(false);
    await expect(app.run('backup.create', { file })).rejects.toMatchObject({
      code: 'output_is_input',
    });
    expect(existsSync(file)).toBe(false);
  }
});

test.each(ways.filter(([what]) => !/place|before/u.test(what)))(
  'the store is not restored from itself: %s',
  async (_what, say) => {
    const app = testApplication();
    await enroll(app, 'Anna');
    const data = path.join(app.folder, 'data');
    const file = say(data, app.folder);
    const before = readdirSync(data).sort();
    await expect(app.run('backup.restore', { file })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:output_is_input|file_not_found)$/u) as string,
    });
    expect(await names(app)).toEqual(['Anna']);
    expect(readdirSync(data).sort()).toEqual(before);
  },
);

test.each([false, true])(
  'the store of another data folder is not destroyed either',
  async (replace) => {
    const [app, other] = [testApplication(), testApplication()];
    await enroll(app, 'Anna');
    await enroll(other, 'Bert');
    await other.close();
    other.store.close();
    const files = ['', '-wal', '-journal', '-SHM'].map((suffix) => other.store.file + suffix);
    for (const file of files)
      await expect(app.run('backup.create', { file, replace }), file).rejects.toMatchObject({
        code: 'output_is_input',
      });
    const again = openStore({ file: other.store.file });
    expect(again.read(listPeople).map(({ name }) => name)).toEqual(['Bert']);
    again.close();
    // A backup that is there is one's own to replace.
    const file = path.join(app.folder, 'b.db');
    await app.run('backup.create', { file });
    expect(await app.run('backup.create', { file, replace: true })).toMatchObject({ people: 1 });
  },
);
