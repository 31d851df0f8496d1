import { expect, test } from 'vitest';
import type { EventName } from '../../contract/events.ts';
import { insertActivity, noteAttendance } from '../../db/store.ts';
import { toCsv } from './kept-settings.ts';
import { testApplication, type TestApplication } from './testing/application.ts';

const enroll = (app: TestApplication, name: string, text = name.toLowerCase()) =>
  app.run('enrollment.enroll', { name, images: [app.photo(`${name}.jpg`, text)] });

test('CSV quotes what it must and disarms formulas', () => {
  expect(
    toCsv([
      ['a', 1],
      ['x,y', 'say "no"'],
      ['=1+2', ' @cmd'],
      ['-3', 'line\nbreak'],
    ]),
  ).toBe('a,1\r\n"x,y","say ""no"""\r\n\'=1+2,\' @cmd\r\n\'-3,"line\nbreak"\r\n');
});

test('settings merge, outlive a restart and tell windows', async () => {
  const app = testApplication();
  const heard: unknown[] = [];
  app.subscribe((name, payload) => name === 'settings.changed' && heard.push(payload));
  const { settings } = await app.run('settings.set', {
    changes: { theme: 'dark', kiosk: { resultSeconds: 9 } },
  });
  expect(settings).toMatchObject({ theme: 'dark', language: 'auto', kiosk: { resultSeconds: 9 } });
  expect(heard).toEqual([{ settings }]);
  const changes = { retentionDays: 30, kiosk: { invitation: 'Hello' } };
  const kept = { ...settings, ...changes, kiosk: { ...settings.kiosk, ...changes.kiosk } };
  expect((await app.run('settings.set', { changes })).settings).toEqual(kept);
  const again = testApplication({ folder: app.folder });
  expect((await again.run('settings.get', {})).settings).toEqual(kept);
  await expect(app.run('settings.set', { changes: { retentionDays: 0 } })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

test('the activity is listed by kind, person and page, and exported', async () => {
  const app = testApplication();
  await enroll(app, '=Anna');
  await enroll(app, 'Bert');
  await app.run('people.rename', { person: 'Bert', name: 'Berta' });
  const list = (filter: object) => app.run('activity.list', filter);
  expect((await list({})).entries.map(({ kind, person }) => [kind, person?.name])).toEqual([
    ['renamed', 'Berta'],
    ['enrolled', 'Berta'],
    ['enrolled', '=Anna'],
  ]);
  const page = await list({ limit: 2 });
  expect([page.entries.length, page.more]).toEqual([2, true]);
  const rest = await list({ before: page.entries.at(-1)!.id });
  expect([rest.entries.map(({ id }) => id), rest.more]).toEqual([[1], false]);
  expect((await list({ kinds: ['enrolled'], person: 2 })).entries).toHaveLength(1);
  const { csv, rows } = await app.run('activity.export', {});
  expect(rows).toBe(3);
  expect(csv.split('\r\n')[3]).toMatch(/^1,\d{4}-.*Z,enrolled,1,'=Anna,enrolled 1; /u);
  expect((await list({ limit: 1 })).entries[0]).toMatchObject({ kind: 'exported' });
});

test('what is older than the settings allow goes at the next start', async () => {
  const now = new Date('2026-06-30T12:00:00Z');
  const app = testApplication({ now: () => now });
  await enroll(app, 'Anna');
  app.store.write((tables) => {
    for (const day of ['2026-01-01', '2026-06-01']) {
      const createdAt = `${day}T10:00:00.000Z`;
      insertActivity(tables, { kind: 'identified', personId: 1, counts: {}, createdAt });
      noteAttendance(tables, {
        personId: 1,
        day,
        firstSeen: createdAt,
        lastSeen: createdAt,
        zone: 'Europe/Berlin',
      });
    }
  });
  const again = testApplication({ folder: app.folder, now: () => now });
  const { entries } = await again.run('attendance.list', { from: '2020-01-01', to: '2030-01-01' });
  expect(entries.map(({ day }) => day)).toEqual(['2026-06-01']);
  const kept = await again.run('activity.list', { kinds: ['identified'] });
  expect(kept.entries).toHaveLength(1);
  const { csv } = await again.run('attendance.export', { from: '2026-06-01', to: '2026-06-01' });
  expect(csv).toContain(
    '2026-06-01,1,Anna,2026-06-01T12:00:00+02:00,2026-06-01T12:00:00+02:00,Europe/Berlin\r\n',
  );
});

test('templates are split off, removed and shown, and the index follows', async () => {
  const app = testApplication();
  const images = ['anna', 'bert'].map((text) => app.photo(`${text}.jpg`, text));
  // One after the other: photos of one command are enrolled in the order in which they are analyzed.
  for (const image of images) await app.run('enrollment.enroll', { name: 'Anna', images: [image] });
  const { person } = await app.run('people.show', { person: 'Anna' });
  const [first, second] = person.templateList.map(({ id }) => id);
  const { portraits } = await app.run('people.portraits', { templates: [first!, second!, 99] });
  expect(portraits.map(({ jpeg }) => Buffer.from(jpeg).toString())).toEqual([
    'portrait of anna',
    'portrait of bert',
  ]);
  const split = { person: 1, templates: [second!], name: 'Bert' };
  expect(await app.run('people.split', split)).toMatchObject({
    person: { id: 2, templates: 1, portrait: second },
    from: { id: 1, templates: 1, portrait: first },
  });
  const { faces } = await app.run('identification.identify', { image: app.photo('p', 'bert') });
  expect(faces[0]!.matches[0]!.name).toBe('Bert');
  await expect(app.run('people.split', split)).rejects.toMatchObject({ code: 'person_exists' });
  await expect(
    app.run('people.removeTemplate', { person: 1, template: second! }),
  ).rejects.toMatchObject({ code: 'template_not_found' });
  await app.run('people.removeTemplate', { person: 2, template: second! });
  const gone = await app.run('identification.identify', { image: app.photo('p', 'bert') });
  expect(gone.faces[0]!.matches.map(({ name }) => name)).toEqual(['Anna']);
  const noted = await app.run('people.noteConsent', { person: 2, note: 'agreed' });
  expect(noted.person.consents).toMatchObject([{ note: 'agreed' }]);
});

test('portraits are kept only where the settings say so', async () => {
  const app = testApplication();
  await app.run('settings.set', { changes: { keepPortraits: false } });
  await enroll(app, 'Anna');
  expect((await app.run('people.list', {})).people[0]!.portrait).toBeNull();
});

test('the face that somebody points at is enrolled', async () => {
  const app = testApplication();
  const images = [app.photo('both.jpg', 'anna\nbert')];
  await app.run('enrollment.enroll', { name: 'Bert', images, at: [250, 60] });
  const { faces } = await app.run('identification.identify', { image: app.photo('p', 'bert') });
  expect(faces[0]!.decision).toBe('identified');
  await expect(
    app.run('enrollment.enroll', { name: 'Cleo', images, at: [900, 60] }),
  ).rejects.toMatchObject({ code: 'no_face', message: expect.stringContaining('place') as string });
});

test('windows hear of what changed, also where it failed half-way', async () => {
  const app = testApplication();
  const heard: EventName[] = [];
  const leave = app.subscribe((name) => heard.push(name));
  await enroll(app, 'Anna');
  expect(heard).toEqual(['host.changed', 'people.changed', 'activity.added']);
  app.host.crash();
  expect(heard.at(-1)).toBe('host.changed');
  leave();
  await enroll(app, 'Bert');
  expect(heard.slice(3)).toEqual(['host.changed']);
});
