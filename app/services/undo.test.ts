import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { takeRows } from '../../db/store.ts';
import { testApplication, type TestApplication } from './testing/application.ts';

const enroll = (app: TestApplication, name: string, ...texts: string[]) =>
  app.run('enrollment.enroll', {
    name,
    images: texts.map((text) => app.photo(`${name} ${text}.jpg`, text)),
    consent: `${name} agreed`,
  });

const reject = (app: TestApplication, person: string, text: string) =>
  app.run('people.reject', { person, image: app.photo(`not ${person} ${text}.jpg`, text) });

async function whoIs(app: TestApplication, text: string): Promise<string> {
  const image = app.photo('p.jpg', text);
  const [face] = (await app.run('identification.identify', { image })).faces;
  return face!.decision === 'identified' ? face!.matches[0]!.name : 'unknown';
}

/** Anna and Bert with photos, portraits, consents, attendance, a chosen portrait and a mix-up each. */
async function twoPeople(now?: () => Date): Promise<TestApplication> {
  const app = testApplication(now === undefined ? {} : { now });
  await app.run('settings.set', {
    changes: { recordRecognitions: true, kiosk: { attendance: true } },
  });
  await enroll(app, 'Anna', 'anna', 'anna 0.1');
  await enroll(app, 'Bert', 'bert', 'bert 0.1');
  await reject(app, 'Anna', 'anna 0.4');
  await reject(app, 'Bert', 'bert 0.45');
  const { person } = await app.run('people.show', { person: 'Anna' });
  const template = person.templateList[1]!.id;
  await app.run('people.choosePortrait', { person: 'Anna', template });
  await app.run('people.hide', { person: 'Bert', hidden: true });
  for (let frame = 0; frame < 4; frame++)
    await app.run('live.look', {
      ...{ stream: 'desk', note: true },
      frame: Uint8Array.from(Buffer.from('anna\nbert')),
    });
  return app;
}

/** Every row of both, byte for byte, without the log of what was undone. */
const kept = (app: TestApplication) =>
  app.store.read((tables) => {
    const { activity, ...rows } = takeRows(tables, [1, 2]);
    const told = ['undone', 'renamed', 'merged', 'split'];
    return { ...rows, activity: activity.filter(({ kind }) => !told.includes(kind as string)) };
  });

const named = async (app: TestApplication) => [
  await whoIs(app, 'anna 0.1'),
  await whoIs(app, 'bert 0.1'),
  await whoIs(app, 'anna 0.4'),
];

test('a deletion is final on the disk at once, and comes back whole from memory', async () => {
  const app = await twoPeople();
  const bytes = kept(app).templates.map((row) => row['encoding'] as Buffer);
  expect(await named(app)).toEqual(['Anna', 'Bert', 'unknown']);
  const unchanged = kept(app);
  const { receipt, undo } = await app.run('people.delete', { person: 'Anna' });
  expect(receipt).toMatchObject({ templates: 2, consents: 1, impostors: 1, scrubbed: true });
  expect(readFileSync(app.store.file).includes(bytes[0]!)).toBe(false);
  expect(await whoIs(app, 'anna 0.1')).toBe('unknown');
  expect(await app.run('people.undo', { ticket: undo })).toEqual({ person: 1 });
  const { activity, ...after } = kept(app);
  expect(after).toEqual({ ...unchanged, activity: undefined });
  expect(activity).toEqual(expect.arrayContaining([...unchanged.activity]));
  expect(await named(app)).toEqual(['Anna', 'Bert', 'unknown']);
});

test('an example of another person that went with somebody comes back with them', async () => {
  const app = testApplication();
  await enroll(app, 'Anna', 'anna');
  await enroll(app, 'Bea', 'anna 0.6');
  await reject(app, 'Anna', 'anna 0.4');
  const { undo, receipt } = await app.run('people.delete', { person: 'Bea' });
  expect(receipt.impostors).toBe(1);
  await app.run('people.undo', { ticket: undo });
  expect((await app.run('people.show', { person: 'Anna' })).person.impostors).toHaveLength(1);
});

test('after a merge everything goes back to whom it belonged, and what came since stays', async () => {
  const app = await twoPeople();
  const before = kept(app);
  const { undo } = await app.run('people.merge', { from: 'Bert', into: 'Anna' });
  expect(await whoIs(app, 'bert 0.1')).toBe('Anna');
  await enroll(app, 'Anna', 'anna 0.2');
  expect(await app.run('people.undo', { ticket: undo })).toEqual({ person: 2 });
  const after = kept(app);
  expect(after.people).toEqual(before.people);
  expect(after.portraits).toEqual(expect.arrayContaining([...before.portraits]));
  expect(after.templates).toEqual(expect.arrayContaining([...before.templates]));
  expect(after.templates.find(({ id }) => id === 5)).toMatchObject({ person_id: 1 });
  expect(after.attendance).toEqual(before.attendance);
  expect(after.impostors).toEqual(before.impostors);
  expect(await named(app)).toEqual(['Anna', 'Bert', 'unknown']);
});

test('a photo that both had is there twice again', async () => {
  const app = testApplication();
  await enroll(app, 'Anna', 'anna');
  await app.run('enrollment.enroll', { name: 'Bea', images: [app.photo('same.jpg', 'anna')] });
  const before = kept(app).templates;
  expect(before).toHaveLength(2);
  const { undo } = await app.run('people.merge', { from: 'Bea', into: 'Anna' });
  expect(kept(app).templates).toHaveLength(1);
  await app.run('people.undo', { ticket: undo });
  expect(kept(app).templates).toEqual(before);
});

test('a split and a rename are taken back', async () => {
  const app = await twoPeople();
  const before = kept(app);
  const { person } = await app.run('people.show', { person: 'Anna' });
  const templates = [person.templateList[1]!.id];
  const split = await app.run('people.split', { person: 'Anna', templates, name: 'Carla' });
  expect(await app.run('people.undo', { ticket: split.undo })).toEqual({ person: 1 });
  expect(kept(app)).toEqual(before);
  await expect(app.run('people.show', { person: 'Carla' })).rejects.toMatchObject({
    code: 'person_not_found',
  });
  const { undo } = await app.run('people.rename', { person: 'Anna', name: 'Annika' });
  await app.run('people.undo', { ticket: undo });
  expect(kept(app)).toEqual(before);
  expect(await named(app)).toEqual(['Anna', 'Bert', 'unknown']);
});

const expired = { code: 'undo_expired' };

test('after half a minute, twice, or once the kiosk is locked, nothing is taken back', async () => {
  let time = Date.parse('2026-05-04T08:00:00Z');
  const app = await twoPeople(() => new Date(time));
  const first = await app.run('people.rename', { person: 'Anna', name: 'Annika' });
  time += 29_000;
  await app.run('people.undo', { ticket: first.undo });
  await expect(app.run('people.undo', { ticket: first.undo })).rejects.toMatchObject(expired);
  const second = await app.run('people.rename', { person: 'Anna', name: 'Annika' });
  time += 30_000;
  await expect(app.run('people.undo', { ticket: second.undo })).rejects.toMatchObject(expired);
  const third = await app.run('people.delete', { person: 'Bert' });
  await app.run('kiosk.setPin', { pin: '1234' });
  await app.run('kiosk.lock', {});
  await expect(app.run('people.undo', { ticket: third.undo })).rejects.toMatchObject(expired);
  expect((await app.run('people.list', {})).people.map(({ name }) => name)).toEqual(['Annika']);
});

test('what was removed or changed since does not come back by an undo of something before', async () => {
  const app = await twoPeople();
  const { undo } = await app.run('people.merge', { from: 'Bert', into: 'Anna' });
  const { person } = await app.run('people.show', { person: 'Anna' });
  const template = person.templateList.at(-1)!.id;
  await app.run('people.removeTemplate', { person: 'Anna', template });
  await expect(app.run('people.undo', { ticket: undo })).rejects.toMatchObject(expired);
  expect((await app.run('people.show', { person: 'Anna' })).person.templates).toBe(3);
});

test('a name that somebody else has by now is not taken from them', async () => {
  const app = await twoPeople();
  const { undo } = await app.run('people.delete', { person: 'Anna' });
  await enroll(app, 'Anna', 'stranger');
  await expect(app.run('people.undo', { ticket: undo })).rejects.toMatchObject({
    code: 'person_exists',
  });
});
