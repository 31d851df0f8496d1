import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readSetting } from '../../../db/store.ts';
import { testApplication } from '../testing/application.ts';

const refusal = { code: 'pin_wrong' };

test('a PIN ends the kiosk, and nothing else does', async () => {
  const app = testApplication();
  await expect(app.run('kiosk.unlock', { pin: '1234' })).rejects.toMatchObject({
    code: 'pin_missing',
  });
  await app.run('kiosk.setPin', { pin: '1234' });
  await app.run('kiosk.unlock', { pin: '1234' });
  expect((await app.run('system.status', {})).kiosk.pinSet).toBe(true);
  await expect(app.run('kiosk.unlock', { pin: '' })).rejects.toMatchObject(refusal);
  expect(app.store.read((tables) => readSetting(tables, 'kiosk.pin'))).not.toContain('1234');
});

test('changing it takes the current one', async () => {
  let time = 0;
  const app = testApplication({ now: () => new Date(time) });
  await app.run('kiosk.setPin', { pin: '1234' });
  await expect(app.run('kiosk.setPin', { pin: '0000' })).rejects.toMatchObject(refusal);
  time += 10_000;
  await app.run('kiosk.setPin', { pin: '5678', current: '1234' });
  await app.run('kiosk.unlock', { pin: '5678' });
});

test('wrong PINs are answered ever more slowly, across restarts and side by side', async () => {
  let time = Date.parse('2026-01-01T00:00:00Z');
  const now = () => new Date(time);
  const app = testApplication({ now });
  await app.run('kiosk.setPin', { pin: '1234' });
  const guess = (pin: string, at = app) =>
    at.run('kiosk.unlock', { pin }).then(
      () => 'open',
      (error: unknown) => (error as { code: string }).code,
    );
  expect(await Promise.all([guess('1'), guess('2'), guess('3')])).toEqual([
    'pin_wrong',
    'pin_delayed',
    'pin_delayed',
  ]);
  time += 1000;
  expect(await guess('4')).toBe('pin_wrong');
  time += 1000;
  // Two seconds by now; the right one has to wait as well, also in another process.
  expect(await guess('1234')).toBe('pin_delayed');
  const again = testApplication({ now, folder: app.folder });
  expect(await guess('1234', again)).toBe('pin_delayed');
  time += 1000;
  expect(await guess('1234', again)).toBe('open');
  expect(await guess('5')).toBe('pin_wrong');
});

test('a kiosk that nobody could end is not switched on', async () => {
  const app = testApplication();
  const enable = () => app.run('settings.set', { changes: { kiosk: { enabled: true } } });
  await expect(enable()).rejects.toMatchObject({ code: 'pin_missing' });
  await app.run('kiosk.setPin', { pin: '1234' });
  expect((await enable()).settings.kiosk).toMatchObject({ enabled: true, resultSeconds: 5 });
});

const run = promisify(execFile);
const pinProcess = path.join(import.meta.dirname, '../testing/pin-process.ts');

/** What a process of its own, whose clock is so far ahead, hears of each PIN. */
async function outcomes(folder: string, hoursAhead: number, ...pins: string[]): Promise<string[]> {
  const ahead = String(hoursAhead * 3_600_000);
  const dataDir = path.join(folder, 'data');
  const { stdout } = await run(process.execPath, [pinProcess, dataDir, ahead, ...pins]);
  return stdout.trim().split('\n');
}

test('a clock set ahead frees nobody from waiting, whichever process asks', async () => {
  const app = testApplication();
  await app.run('kiosk.setPin', { pin: '1234' });
  app.store.write(({ sqlite }) => {
    // As after eight wrong PINs a moment ago, in whichever way they are counted.
    const last = new Date().toISOString();
    const since = Number(process.hrtime.bigint() / 1_000_000n);
    if (sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'attempts'").get() === undefined)
      sqlite
        .prepare("INSERT INTO settings VALUES ('kiosk.failures', ?)")
        .run(JSON.stringify({ count: 8, last }));
    else sqlite.prepare("INSERT INTO attempts VALUES ('kiosk.pin', 8, 128000, ?)").run(since);
  });
  expect(await outcomes(app.folder, 0, '1234')).toEqual(['pin_delayed']);
  expect(await outcomes(app.folder, 24, '1234')).toEqual(['pin_delayed']);
  await expect(app.run('kiosk.unlock', { pin: '1234' })).rejects.toMatchObject({
    code: 'pin_delayed',
  });
});

test('after the machine was started anew the whole wait begins again', async () => {
  let elapsed = 1_000_000;
  const app = testApplication({ elapsed: () => elapsed });
  const code = (pin: string) =>
    app.run('kiosk.unlock', { pin }).then(
      () => 'open',
      (thrown: unknown) => (thrown as { code: string }).code,
    );
  await app.run('kiosk.setPin', { pin: '1234' });
  for (const wait of [1, 2, 4]) {
    expect(await code('0')).toBe('pin_wrong');
    elapsed += wait * 1000;
  }
  expect(await code('0')).toBe('pin_wrong');
  elapsed = 5000;
  expect(await code('1234')).toBe('pin_delayed');
  elapsed += 7999;
  expect(await code('1234')).toBe('pin_delayed');
  elapsed += 1;
  expect(await code('1234')).toBe('open');
});

test('a wrong current PIN counts as one, and so does none', async () => {
  let elapsed = 0;
  const app = testApplication({ elapsed: () => elapsed });
  await app.run('kiosk.setPin', { pin: '1234' });
  await expect(app.run('kiosk.setPin', { pin: '0000' })).rejects.toMatchObject(refusal);
  const wrong = app.run('kiosk.setPin', { pin: '0000', current: '1111' });
  await expect(wrong).rejects.toMatchObject({ code: 'pin_delayed' });
  elapsed += 1000;
  const again = app.run('kiosk.setPin', { pin: '0000', current: '1111' });
  await expect(again).rejects.toMatchObject({ details: { retryAfterSeconds: 2 } });
  await expect(app.run('kiosk.unlock', { pin: '1234' })).rejects.toMatchObject({
    code: 'pin_delayed',
  });
});

test('PINs that were wrong before an update count on', async () => {
  const { connect } = await import('../../../db/connection.ts');
  const { migrations } = await import('../../../db/migrations/index.ts');
  const folder = testApplication().folder;
  const file = path.join(folder, 'former.db');
  const former = connect(file, migrations.slice(0, 6));
  former
    .prepare("INSERT INTO settings VALUES ('kiosk.failures', ?)")
    .run(JSON.stringify({ count: 5, last: '2026-01-01T00:00:00.000Z' }));
  former.close();
  const updated = connect(file, migrations);
  const rows = updated.prepare('SELECT secret, failures, wait_ms FROM attempts').all();
  updated.close();
  expect(rows).toEqual([{ secret: 'kiosk.pin', failures: 5, wait_ms: 16_000 }]);
});

test('a first PIN is not set as if one was changed, which takes no other proof', async () => {
  const app = testApplication();
  const change = app.run('kiosk.setPin', { pin: '1234', current: '0000' });
  await expect(change).rejects.toMatchObject({ code: 'pin_missing' });
  expect((await app.run('system.status', {})).kiosk.pinSet).toBe(false);
});
