import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { compose } from '../compose.ts';
import { commandNames } from '../../../contract/commands.ts';
import { mayCall } from '../wire/access.ts';
import { KioskLock, openKioskLock } from '../wire/kiosk-lock.ts';
import { fakeBackend, secret, status, type FakeBackend } from '../wire/testing/fake-backend.ts';
import type { RunningServer } from './server.ts';
import { ask, testServer, TestWindow } from './testing/client.ts';

let backend: FakeBackend;
let server: RunningServer;

beforeEach(async () => {
  backend = fakeBackend();
  server = await testServer(backend, { lock: new KioskLock(true) });
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

const call = async (window: TestWindow, id: number, command: string, input: unknown) => {
  window.say({ kind: 'request', id, command, input });
  return (await window.next('response')).result;
};

test('everything but the kiosk is refused, whatever the page asks for', async () => {
  const window = await TestWindow.enter(server);
  expect((await window.next('session')).kiosk).toBe(true);
  const served: string[] = [];
  for (const [i, name] of commandNames.entries()) {
    const result = await call(window, i + 1, name, {});
    const refused = !result.ok && result.error.code === 'kiosk_locked';
    if (!refused) served.push(name);
  }
  expect(served.toSorted()).toEqual([
    'kiosk.unlock',
    'live.end',
    'live.look',
    'settings.get',
    'system.status',
  ]);
  expect(backend.calls.every(({ name }) => served.includes(name))).toBe(true);
});

test('a new page, and another browser, are in the kiosk too', async () => {
  for (const window of [await TestWindow.enter(server), await TestWindow.enter(server)])
    expect((await window.next('session')).kiosk).toBe(true);
});

test('hears nothing of people and paintings', async () => {
  const window = await TestWindow.enter(server);
  await window.next('session');
  backend.emit('people.changed', {});
  backend.emit('host.changed', { role: 'recognition', state: { kind: 'idle' } });
  expect((await window.next('event')).name).toBe('host.changed');
});

test('ends by its PIN, in all windows, and begins again', async () => {
  const [window, other] = [await TestWindow.enter(server), await TestWindow.enter(server)];
  await Promise.all([window.next('session'), other.next('session')]);
  expect(await call(window, 1, 'kiosk.unlock', { pin: '1234' })).toMatchObject({ ok: false });
  expect(await call(window, 2, 'people.list', {})).toMatchObject({
    error: { code: 'kiosk_locked' },
  });
  expect(await call(window, 3, 'kiosk.unlock', { pin: '2580' })).toMatchObject({ ok: true });
  expect((await other.next('session')).kiosk).toBe(false);
  expect(await call(other, 1, 'people.list', {})).toMatchObject({ ok: true });
  other.say({ kind: 'lock' });
  expect((await window.next('session')).kiosk).toBe(false);
  expect((await window.next('session')).kiosk).toBe(true);
});

test('does not begin where no PIN would end it', async () => {
  const open = fakeBackend({ 'system.status': () => status(false) });
  await using unlocked = await testServer(open);
  const window = await TestWindow.enter(unlocked);
  window.say({ kind: 'lock' });
  expect((await window.next('refused')).error.code).toBe('pin_missing');
  expect(await call(window, 1, 'people.list', {})).toMatchObject({ ok: true });
});

test('a program with a key is not at the kiosk, and cannot end it', async () => {
  const post = (command: string, body: string) =>
    ask(server, `/api/v1/${command}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body,
    });
  expect((await post('people.list', '{}')).status).toBe(200);
  expect((await post('kiosk.unlock', '{"pin":"2580"}')).status).toBe(403);
  expect(mayCall('program', 'kiosk.setPin')).toBe(false);
});

test('a kiosk that a window has locked is locked after a kill and a start anew', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'likeness-kiosk-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const started = () => compose({ dataDir, provider: 'cpu' });
  {
    await using app = started();
    await app.dispatch('kiosk.setPin', { pin: '1234' });
  }
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, '../wire/testing/kiosk-process.ts'), dataDir],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.setEncoding('utf8');
  for await (const text of child.stdout) if ((said += text as string).includes('locked')) break;
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(said).toBe('open\nlocked\n');
  {
    await using app = started();
    expect((await openKioskLock(app, false)).locked).toBe(true);
    await app.dispatch('kiosk.unlock', { pin: '1234' });
  }
  await using app = started();
  expect((await openKioskLock(app, false)).locked).toBe(false);
});
