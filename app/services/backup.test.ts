import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { testApplication, type TestApplication } from './testing/application.ts';

const enrol = (app: TestApplication, name: string) =>
  app.run('enrolment.enrol', { name, images: [app.photo(`${name}.jpg`, name.toLowerCase())] });

const names = async (app: TestApplication) =>
  (await app.run('people.list', {})).people.map(({ name }) => name);

const whoIs = async (app: TestApplication, text: string) => {
  const image = app.photo('probe.jpg', `${text}\n# asked`);
  const { faces } = await app.run('identification.identify', { image });
  return faces[0]!.matches[0]?.name;
};

test('what was backed up comes back, and what was there is kept beside it', async () => {
  const app = testApplication();
  await enrol(app, 'Anna');
  const file = path.join(app.folder, 'backup.likeness');
  expect(await app.run('backup.create', { file })).toMatchObject({ file, people: 1 });
  await enrol(app, 'Bert');
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
  await enrol(app, 'Anna');
  await app.run('access.revokeKey', { id: key.id });
  await app.run('kiosk.setPin', { pin: '2222', current: '1111' });
  await app.run('backup.restore', { file });
  expect(app.checkKey(secret)).toBeNull();
  await app.run('kiosk.unlock', { pin: '2222' });
  expect((await enrol(app, 'Bert')).person.id).toBe(2);
});

test('what is no sound backup of ours is refused, and nothing changes', async () => {
  const app = testApplication();
  await enrol(app, 'Anna');
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
  await enrol(app, 'Wilhelmina');
  const { formerKept } = await app.run('backup.restore', { file });
  await enrol(app, 'Bert');
  expect(readFileSync(formerKept).includes('Wilhelmina')).toBe(true);
  await app.run('people.delete', { person: 'Bert' });
  expect(() => readFileSync(formerKept)).toThrow('ENOENT');
});
