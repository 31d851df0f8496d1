import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Settings } from '../../../../contract/application.ts';
import { commandLine } from '../testing/command-line.ts';
import { ada } from '../testing/samples.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'likeness-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const createdAt = '2026-05-04T08:00:00.000Z';

test('the activity as a table and as a file', async () => {
  const person = { id: 1, name: 'Ada' };
  const entry = { id: 7, kind: 'enrolled', person, counts: { photos: 2 }, createdAt } as const;
  const fakes = {
    'activity.list': () => ({ entries: [entry], more: true, warnings: [] }),
    'activity.export': () => ({ csv: 'a,b\r\n', rows: 1 }),
  };
  const filter = ['--kind', 'enrolled', 'deleted', '--person', '1'];
  const { stdout, calls } = await commandLine(['activity', ...filter], fakes);
  expect(stdout).toMatch(/2026-05-04 08:00:00 +enrolled +Ada +photos 2\n.*--limit/u);
  const kinds = ['enrolled', 'deleted'];
  expect(calls[0]!.input).toEqual({ kinds, person: 1, limit: 50 });
  const csv = path.join(folder, 'activity.csv');
  await commandLine(['activity', '--csv', csv], fakes);
  expect(readFileSync(csv, 'utf8')).toBe('a,b\r\n');
});

test('attendance of some days', async () => {
  const seen = { firstSeen: createdAt, lastSeen: createdAt, zone: 'Asia/Tokyo' };
  const entries = [{ person: { id: 1, name: 'Ada' }, day: '2026-05-04', ...seen }];
  const fakes = { 'attendance.list': () => ({ entries, warnings: [] }) };
  const days = ['--from', '2026-05-01', '--to', '2026-05-31'];
  const { stdout, calls } = await commandLine(['attendance', ...days], fakes);
  expect(stdout).toMatch(/2026-05-04 +Ada +17:00 +17:00 +Asia\/Tokyo/u);
  expect(calls[0]!.input).toEqual({ from: '2026-05-01', to: '2026-05-31' });
  expect((await commandLine(['attendance', '--from', 'May'], fakes)).exitCode).toBe(2);
});

test('old entries go after a jump of the clock only where somebody says that it is right', async () => {
  const hold = { today: '2038-01-19', lastKnown: '2026-05-04', activity: 3, attendance: 2 };
  const fakes = {
    'activity.overdue': () => ({ hold }),
    'activity.expire': () => ({ activity: 3, attendance: 2 }),
  };
  const expire = (answer: boolean | null, ...flags: string[]) =>
    commandLine(['activity', 'expire', '--json', ...flags], fakes, { answer });
  for (const answer of [null, false]) {
    const { exitCode, stdout, calls } = await expire(answer);
    expect([exitCode, calls.length]).toEqual([1, 1]);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'clock_jumped', details: hold } });
  }
  for (const { exitCode, calls } of [await expire(true), await expire(null, '--yes')])
    expect([exitCode, calls.at(-1)?.input]).toEqual([0, { today: '2038-01-19' }]);
});

test('a backup is restored after a yes only', async () => {
  const fakes = {
    'backup.restore': () => ({ people: 2, templates: 3, formerKept: '/data/former', warnings: [] }),
  };
  const restore = (answer: boolean | null) =>
    commandLine(['backup', 'restore', 'b'], fakes, { answer });
  expect([(await restore(null)).exitCode, (await restore(false)).exitCode]).toEqual([2, 1]);
  const { exitCode, stdout } = await restore(true);
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('/data/former')]);
});

test('a setting is changed by its name, and an unknown one is named', async () => {
  const settings = Settings.parse({});
  const fakes = { 'settings.get': () => ({ settings }), 'settings.set': () => ({ settings }) };
  const change = async (name: string, value: string) =>
    (await commandLine(['settings', 'set', name, value], fakes)).calls.at(-1)?.input;
  expect(await change('kiosk.resultSeconds', '7')).toEqual({
    changes: { kiosk: { resultSeconds: 7 } },
  });
  expect(await change('retentionDays', 'null')).toEqual({ changes: { retentionDays: null } });
  expect(await change('theme', 'dark')).toEqual({ changes: { theme: 'dark' } });
  const { exitCode, stderr } = await commandLine(['settings', 'set', 'color', 'red'], fakes);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('kiosk.attendance')]);
});

test('folders are opened to programs by name, for reading unless it is said otherwise', async () => {
  const folder = { name: 'photos', path: '/srv/photos', access: 'read' } as const;
  const fakes = {
    'access.listFolders': () => ({ folders: [folder] }),
    'access.allowFolder': () => ({ folder }),
    'access.removeFolder': () => ({}),
  };
  const run = (...words: string[]) => commandLine(['settings', ...words], fakes);
  const allowed = await run('allow-folder', 'photos', '/srv/photos');
  expect(allowed.calls[0]!.input).toEqual(folder);
  expect(allowed.stdout).toContain('Programs may read photos: /srv/photos');
  const written = await run('allow-folder', 'photos', '/srv/photos', '--write');
  expect(written.calls[0]!.input).toEqual({ ...folder, access: 'read and write' });
  expect((await run('folders')).stdout).toMatch(/photos +\/srv\/photos +read/u);
  expect((await run('remove-folder', 'photos')).calls[0]!.input).toEqual({ name: 'photos' });
  const none = await commandLine(['settings', 'folders'], {
    'access.listFolders': () => ({ folders: [] }),
  });
  expect(none.stdout).toContain('Programs may read no folders.');
});

test('templates are split off a person', async () => {
  const undo = '00000000-0000-4000-8000-000000000000';
  const fakes = {
    'people.split': () => ({
      person: { ...ada, id: 2, name: 'Bea' },
      from: ada,
      undo,
      alike: [],
      warnings: [],
    }),
  };
  const { calls, stdout } = await commandLine(['people', 'split', 'Ada', 'Bea', '3', '4'], fakes);
  expect(calls[0]!.input).toEqual({ person: 'Ada', name: 'Bea', templates: [3, 4] });
  expect(stdout).toContain('Bea');
});
