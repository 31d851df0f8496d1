import { expect, test } from 'vitest';
import { insertActivity, noteAttendance, readSetting } from '../../db/store.ts';
import { zonedTime } from './kept-settings.ts';
import { testApplication, type TestApplication } from './testing/application.ts';

/** A machine's clock that may jump, and time that passes all the same. */
class Clock {
  #time: number;
  #elapsed = 1000;
  readonly now = () => new Date(this.#time);
  readonly elapsed = () => this.#elapsed;

  constructor(iso: string) {
    this.#time = Date.parse(iso);
  }

  pass(seconds: number): void {
    this.#time += seconds * 1000;
    this.#elapsed += seconds * 1000;
  }

  jumpTo(iso: string): void {
    this.#time = Date.parse(iso);
  }
}

const always = { from: '1970-01-01', to: '9999-12-31' };
const days = async (app: TestApplication) =>
  (await app.run('attendance.list', always)).entries.map(({ day }) => day);
const noted = async (app: TestApplication) =>
  (await app.run('activity.list', { kinds: ['identified'] })).entries.length;

/** Anna before a camera that has recognized her. */
async function kiosk(clock: Clock): Promise<{ app: TestApplication; see: () => Promise<void> }> {
  const app = testApplication(clock);
  await app.run('enrollment.enroll', { name: 'Anna', images: [app.photo('anna.jpg', 'anna')] });
  const kept = { recordRecognitions: true, kiosk: { attendance: true } };
  await app.run('settings.set', { changes: kept });
  const frame = Uint8Array.from(Buffer.from('anna'));
  const look = (note: boolean) => app.run('live.look', { stream: 'desk', frame, note });
  for (let frames = 0; frames < 3; frames++) await look(false);
  return {
    app,
    see: async () => {
      await look(true);
    },
  };
}

test('two days are two days, however short the time between two looks is', async () => {
  const clock = new Clock(new Date(2026, 4, 4, 23, 59, 59).toISOString());
  const { app, see } = await kiosk(clock);
  await see();
  clock.pass(2);
  await see();
  expect(await days(app)).toEqual(['2026-05-04', '2026-05-05']);
  clock.pass(1);
  await see();
  expect(await noted(app)).toBe(2);
});

test('a clock that goes back, or that was years ahead, loses nobody', async () => {
  const clock = new Clock('2026-05-04T08:00:00Z');
  const { app, see } = await kiosk(clock);
  await see();
  clock.jumpTo('2026-05-04T07:50:00Z');
  for (let minute = 0; minute < 4; minute++) {
    await see();
    clock.pass(60);
  }
  expect(await noted(app)).toBe(5);
  clock.jumpTo('2038-01-19T03:14:07Z');
  await see();
  clock.jumpTo('2026-05-05T08:00:00Z');
  await see();
  expect(await noted(app)).toBe(7);
  expect(await days(app)).toEqual(['2026-05-04', '2026-05-05', '2038-01-19']);
});

test('who stands before the camera while the clock stands still is noted once a minute', async () => {
  const clock = new Clock('2026-05-04T08:00:00Z');
  const { app, see } = await kiosk(clock);
  for (let minute = 0; minute < 3; minute++) {
    for (let look = 0; look < 5; look++) await see();
    clock.pass(60);
    clock.jumpTo('2026-05-04T08:00:00Z');
  }
  expect(await noted(app)).toBe(3);
});

/** Three entries of activity and one of attendance, 100 days and one day before. */
function fill({ store }: TestApplication, before: Date): void {
  store.write((tables) => {
    for (const age of [100, 1, 1]) {
      const createdAt = new Date(before.getTime() - age * 86_400_000).toISOString();
      insertActivity(tables, { kind: 'backup', personId: null, counts: {}, createdAt });
    }
  });
}

const backups = async (app: TestApplication) =>
  (await app.run('activity.list', { kinds: ['backup'] })).entries.length;

const startedAt = (folder: string, iso: string) =>
  testApplication({ folder, now: () => new Date(iso) });

test('retention deletes nothing at a jump of the clock until somebody says that it is right', async () => {
  const clock = new Clock('2026-05-04T08:00:00Z');
  const { app, see } = await kiosk(clock);
  await see();
  fill(app, clock.now());
  const wild = startedAt(app.folder, '2038-01-19T12:00:00Z');
  expect(await backups(wild)).toBe(3);
  const { hold } = await wild.run('activity.overdue', {});
  expect(hold).toEqual({
    ...{ today: '2038-01-19', lastKnown: '2026-05-04' },
    ...{ activity: 6, attendance: 1 },
  });
  const { warnings } = await wild.run('attendance.list', always);
  expect(warnings).toEqual([expect.stringContaining('2038-01-19')]);
  await expect(wild.run('activity.expire', { today: '2026-05-05' })).rejects.toMatchObject({
    code: 'clock_jumped',
    details: { clock: '2038-01-19' },
  });
  // The clock is set right: what is too old by then goes, and nothing waits any more.
  const right = startedAt(app.folder, '2026-05-05T08:00:00Z');
  expect([await backups(right), await days(right)]).toEqual([2, ['2026-05-04']]);
  expect((await right.run('activity.overdue', {})).hold).toBeNull();
  // Years later in earnest, and said so.
  const later = startedAt(app.folder, '2031-05-05T08:00:00Z');
  expect(await backups(later)).toBe(2);
  expect(await later.run('activity.expire', { today: '2031-05-05' })).toEqual({
    ...{ activity: 5, attendance: 1 },
  });
  expect([await backups(later), await days(later)]).toEqual([0, []]);
  expect((await later.run('activity.overdue', {})).hold).toBeNull();
});

test.each([
  ['a start in 1970', ['1970-01-01T00:00:10Z', '2026-05-05T08:00:00Z'], 2, false],
  ['a weekend', ['2026-05-08T08:00:00Z'], 2, false],
  ['a month', ['2026-06-08T08:00:00Z'], 3, true],
  ['a jump there and back', ['2099-01-01T00:00:00Z', '2026-05-05T08:00:00Z'], 2, false],
  ['a second jump', ['2026-05-05T08:00:00Z', '2038-01-19T12:00:00Z'], 2, true],
] as const)('after %s', async (_what, starts, left, asks) => {
  const app = testApplication({ now: () => new Date('2026-05-04T08:00:00Z') });
  fill(app, new Date('2026-05-04T08:00:00Z'));
  const apps = starts.map((iso) => startedAt(app.folder, iso));
  const last = apps.at(-1)!;
  expect(await backups(last)).toBe(left);
  expect((await last.run('activity.overdue', {})).hold !== null).toBe(asks);
});

test('a database of before that is held against its own latest entry', async () => {
  const app = testApplication({ now: () => new Date('2026-05-04T08:00:00Z') });
  fill(app, new Date('2026-05-04T08:00:00Z'));
  app.store.write(({ sqlite }) => sqlite.exec("DELETE FROM settings WHERE key = 'clock.trusted'"));
  const wild = startedAt(app.folder, '2038-01-19T12:00:00Z');
  expect(await backups(wild)).toBe(3);
  expect(wild.store.read((tables) => readSetting(tables, 'clock.trusted'))).toBeUndefined();
});

test('an undo lasts half a minute of real time, whatever the clock says', async () => {
  const clock = new Clock('2026-05-04T08:00:00Z');
  const { app } = await kiosk(clock);
  const first = await app.run('people.rename', { person: 'Anna', name: 'Annika' });
  clock.jumpTo('2038-01-19T03:14:07Z');
  await app.run('people.undo', { ticket: first.undo });
  const second = await app.run('people.rename', { person: 'Anna', name: 'Annika' });
  clock.pass(31);
  clock.jumpTo('2026-05-04T08:00:00Z');
  await expect(app.run('people.undo', { ticket: second.undo })).rejects.toMatchObject({
    code: 'undo_expired',
  });
});

test('a PIN waits as long as it says: neither less after a jump ahead nor more after one back', async () => {
  const clock = new Clock('2026-05-04T08:00:00Z');
  const app = testApplication(clock);
  const guess = (pin: string, at = app) =>
    at.run('kiosk.unlock', { pin }).then(
      () => 'open',
      (error: unknown) => (error as { code: string }).code,
    );
  await app.run('kiosk.setPin', { pin: '1234' });
  for (let wrong = 0; wrong < 3; wrong++) {
    expect(await guess('0')).toBe('pin_wrong');
    clock.pass(2 ** wrong);
  }
  expect(await guess('0')).toBe('pin_wrong');
  clock.jumpTo('2038-01-19T03:14:07Z');
  expect(await guess('1234')).toBe('pin_delayed');
  clock.jumpTo('2026-05-03T08:00:00Z');
  const again = testApplication({ now: clock.now, elapsed: clock.elapsed, folder: app.folder });
  expect(await guess('1234', again)).toBe('pin_delayed');
  clock.pass(8);
  expect(await guess('1234', again)).toBe('open');
});

test('when a key was used last does not stay in a future that never was', async () => {
  const clock = new Clock('2038-01-19T03:14:07Z');
  const app = testApplication(clock);
  const { secret } = await app.run('access.createKey', { name: 'Door' });
  app.checkKey(secret);
  clock.jumpTo('2026-05-04T08:00:00Z');
  expect(app.checkKey(secret)?.lastUsedAt).toBe('2026-05-04T08:00:00.000Z');
});

test('the table of attendance has its days and times in one zone, and says which', async () => {
  const app = testApplication();
  await app.run('enrollment.enroll', { name: 'Zoë', images: [app.photo('zoe.jpg', 'zoe')] });
  const seen = { firstSeen: '2026-06-01T22:30:00.000Z', lastSeen: '2026-06-02T06:30:00.000Z' };
  const zone = 'Europe/Berlin';
  app.store.write((tables) =>
    noteAttendance(tables, { personId: 1, day: '2026-06-02', ...seen, zone }),
  );
  const { csv } = await app.run('attendance.export', always);
  expect(csv).toBe(
    '\uFEFFday,person number,person,first seen,last seen,time zone\r\n' +
      '2026-06-02,1,Zoë,2026-06-02T00:30:00+02:00,2026-06-02T08:30:00+02:00,Europe/Berlin\r\n',
  );
});

test.each([
  ['2026-06-01T22:30:00.000Z', 'Europe/Berlin', '2026-06-02T00:30:00+02:00'],
  ['2026-12-31T23:59:59.999Z', 'Asia/Kolkata', '2027-01-01T05:29:59+05:30'],
  ['2026-01-01T00:00:00.000Z', 'America/St_Johns', '2025-12-31T20:30:00-03:30'],
  ['2026-01-01T00:00:00.000Z', 'UTC', '2026-01-01T00:00:00+00:00'],
])('%s in %s', (iso, zone, expected) => {
  expect(zonedTime(iso, zone)).toBe(expected);
  expect(Date.parse(expected)).toBe(Math.floor(Date.parse(iso) / 1000) * 1000);
});

test('a zone that this machine does not know is that of the machine', () => {
  const iso = '2026-06-01T22:30:00.000Z';
  expect(zonedTime(iso, 'Mars/Olympus')).toBe(zonedTime(iso, ''));
});
