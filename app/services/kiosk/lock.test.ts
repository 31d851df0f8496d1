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
