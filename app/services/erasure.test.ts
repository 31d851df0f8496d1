import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PaintingSettings } from '../../contract/paintings.ts';
import { insertActivity, insertJob, noteAttendance } from '../../db/store.ts';
import { testApplication, type TestApplication } from './testing/application.ts';

const NAME = 'Wilhelmina Quastenflosser';

const enroll = (app: TestApplication, name: string, text: string) =>
  app.run('enrollment.enroll', { name, images: [app.photo(`${text}.jpg`, text)] });

/** The files at or below a folder in which there is the text. */
const holding = (text: string, folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));

const dataOf = (app: TestApplication) => path.join(app.folder, 'data');

/** Another program that reads the database as it is now; gives a function that ends it. */
async function reader(file: string): Promise<() => Promise<void>> {
  const script = `
    const Database = require('better-sqlite3');
    const held = new Database(process.argv[1], { readonly: true });
    held.exec('BEGIN');
    held.prepare('SELECT count(*) FROM people').get();
    console.log('reading');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--eval', script, file], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
}

test('a scrub that another program hinders is owned up to, and tried until it is done', async () => {
  const app = testApplication();
  await enroll(app, NAME, 'anna');
  const end = await reader(app.store.file);
  const { receipt } = await app.run('people.delete', { person: NAME });
  expect(receipt).toMatchObject({ scrubbed: false, obstacle: 'in-use' });
  expect(holding(NAME, dataOf(app))).not.toEqual([]);
  const { warnings } = await app.run('diagnostics.doctor', {});
  expect(warnings).toEqual([expect.stringContaining('another program is reading')]);
  await end();
  await expect.poll(() => holding(NAME, dataOf(app)), { timeout: 20_000 }).toEqual([]);
  expect((await app.run('diagnostics.doctor', {})).warnings).toEqual([]);
});

test('it is tried again at the next start', async () => {
  const app = testApplication();
  await enroll(app, NAME, 'anna');
  const end = await reader(app.store.file);
  await app.run('people.delete', { person: NAME });
  await app.close();
  await end();
  expect(holding(NAME, dataOf(app))).not.toEqual([]);
  const again = testApplication({ folder: app.folder });
  await again.close();
  expect(holding(NAME, dataOf(app))).toEqual([]);
});

test('the receipt names what the user keeps on purpose, and counts what went along', async () => {
  const app = testApplication();
  const [backup, gone] = [path.join(app.folder, 'b.db'), path.join(app.folder, 'gone.db')];
  await enroll(app, NAME, 'anna');
  await app.run('backup.create', { file: backup });
  await app.run('backup.create', { file: gone });
  const { formerKept } = await app.run('backup.restore', { file: gone });
  expect(existsSync(formerKept)).toBe(true);
  unlinkSync(gone);
  const { receipt } = await app.run('people.delete', { person: NAME });
  expect(receipt).toMatchObject({
    ...{ copies: 1, scrubbed: true, obstacle: null },
    remaining: [{ file: backup, kind: 'backup' }],
  });
  expect(holding(NAME, dataOf(app))).toEqual([]);
});

test('a photo that was handed over to paint from goes along, unless a painting needs it', async () => {
  const app = testApplication();
  const keep = (text: string) => app.run('pictures.add', { image: app.photo('p.jpg', text) });
  await enroll(app, NAME, 'anna');
  await enroll(app, 'Bert', 'bert');
  const [anna, bert] = [(await keep('anna')).picture.path, (await keep('bert')).picture.path];
  expect(path.parse(anna).name).toBe(createHash('sha256').update('anna').digest('hex'));
  const settings = PaintingSettings.parse({ content: bert, styles: [{ path: anna + '.style' }] });
  const output = path.join(app.folder, 'bert.png');
  app.store.write((tables) =>
    insertJob(tables, { settings, output, previewFile: null }, { runner: '', at: '' }),
  );
  const first = await app.run('people.delete', { person: NAME });
  expect([first.receipt.remaining, existsSync(anna)]).toEqual([[], false]);
  const second = await app.run('people.delete', { person: 'Bert' });
  expect(second.receipt.remaining).toEqual([
    { file: bert, kind: 'picture' },
    { file: output, kind: 'painting' },
  ]);
  expect(existsSync(bert)).toBe(true);
});

/** One entry of activity and one of attendance, whose bytes are in no other. */
function addOld({ store }: TestApplication, personId: number, day: string): void {
  store.write((tables) => {
    const counts = { coelacanth: 1 };
    const createdAt = `${day}T08:00:00.000Z`;
    insertActivity(tables, { kind: 'backup', personId: null, counts, createdAt });
    const seen = { firstSeen: createdAt, lastSeen: createdAt, zone: 'Mars/Coelacanth' };
    noteAttendance(tables, { personId, day, ...seen });
  });
}

const old = (app: TestApplication) => [
  ...holding('coelacanth', dataOf(app)),
  ...holding('Mars/Coelacanth', dataOf(app)),
];

test('entries that are too old leave the file while Likeness runs, hour by hour', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  let time = Date.parse('2026-05-04T08:00:00Z');
  const app = testApplication({ now: () => new Date(time) });
  await enroll(app, NAME, 'anna');
  await app.run('settings.set', { changes: { retentionDays: 30 } });
  for (const day of ['2026-05-01', '2026-05-02', '2026-05-03']) addOld(app, 1, day);
  // Three days a time: no jump of the clock.
  for (let days = 0; days < 36; days += 3) {
    time += 3 * 86_400_000;
    await vi.advanceTimersByTimeAsync(3_600_000);
  }
  await expect.poll(() => old(app), { timeout: 10_000 }).toEqual([]);
  const entries = await app.run('activity.list', { kinds: ['backup'] });
  expect(entries.entries).toEqual([]);
});

test('a shorter retention holds at once, down to the bytes', async () => {
  const app = testApplication({ now: () => new Date('2026-05-04T08:00:00Z') });
  await enroll(app, NAME, 'anna');
  addOld(app, 1, '2026-03-01');
  await app.run('settings.set', { changes: { retentionDays: 30 } });
  await expect.poll(() => old(app), { timeout: 10_000 }).toEqual([]);
});

test('what somebody lets go after a jump of the clock leaves the file, too', async () => {
  let time = Date.parse('2026-05-04T08:00:00Z');
  const app = testApplication({ now: () => new Date(time) });
  await enroll(app, NAME, 'anna');
  addOld(app, 1, '2026-05-03');
  time = Date.parse('2030-05-04T08:00:00Z');
  expect(await app.run('activity.expire', { today: '2030-05-04' })).toMatchObject({
    attendance: 1,
  });
  expect(old(app)).toEqual([]);
});
