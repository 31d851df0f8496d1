import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { listActivity } from '../../db/store.ts';
import { testApplication, type TestApplication } from './testing/application.ts';

async function withPeople(people: Readonly<Record<string, string[]>>): Promise<TestApplication> {
  const app = testApplication();
  for (const [name, photos] of Object.entries(people)) {
    const images = photos.map((text, i) => app.photo(`${name} ${i}.jpg`, text));
    await app.run('enrollment.enroll', { name, images, consent: `${name} agreed` });
  }
  return app;
}

const names = async (app: TestApplication) =>
  (await app.run('people.list', {})).people.map(({ name }) => name);

test('shows a person with templates and consent, by number or by name', async () => {
  const app = await withPeople({ 'Anna Berg': ['anna', 'anna 0.1'] });
  const { person } = await app.run('people.show', { person: 1 });
  expect(person).toMatchObject({ name: 'Anna Berg', templates: 2 });
  expect(person.templateList).toHaveLength(2);
  expect(person.consents).toMatchObject([{ note: 'Anna Berg agreed' }]);
  for (const reference of ['Anna Berg', ' anna  berg ', 'ANNA BERG', '1'])
    expect((await app.run('people.show', { person: reference })).person).toEqual(person);
});

test('an unknown person comes with near names', async () => {
  const app = await withPeople({ 'Anna Berg': ['anna'], 'Bert Adler': ['bert'] });
  const missing = (person: string | number) =>
    app.run('people.show', { person }).catch((error: unknown) => error);
  expect(await missing('Ana Berg')).toMatchObject({
    code: 'person_not_found',
    message: expect.stringContaining('Did you mean Anna Berg?') as string,
    details: { suggestions: ['Anna Berg'] },
  });
  expect(await missing('adler')).toMatchObject({ details: { suggestions: ['Bert Adler'] } });
  expect(await missing('Xaver')).toMatchObject({ details: { suggestions: [] } });
  expect(await missing(77)).toMatchObject({ details: { suggestions: [] } });
});

test('a name that fits two people in case only is not guessed', async () => {
  const app = await withPeople({ Anna: ['anna'], ANNA: ['bert'] });
  expect((await app.run('people.show', { person: 'ANNA' })).person.id).toBe(2);
  await expect(app.run('people.show', { person: 'anna' })).rejects.toMatchObject({
    code: 'person_not_found',
    details: { suggestions: ['Anna', 'ANNA'] },
  });
});

test('renames, except to the name of somebody else', async () => {
  const app = await withPeople({ Anna: ['anna'], Bert: ['bert'] });
  const { person } = await app.run('people.rename', { person: 'anna', name: ' Anna  Berg' });
  expect(person).toMatchObject({ id: 1, name: 'Anna Berg', templates: 1 });
  await expect(app.run('people.rename', { person: 1, name: 'Bert' })).rejects.toMatchObject({
    code: 'person_exists',
    details: { personId: 2 },
  });
  expect((await app.run('people.rename', { person: 1, name: 'ANNA' })).person.name).toBe('ANNA');
  expect(await names(app)).toEqual(['ANNA', 'Bert']);
});

test('merges templates and consents, each photo once', async () => {
  const app = await withPeople({ Anna: ['anna', 'anna 0.1'], Annie: ['anna', 'anna 0.2'] });
  const { person } = await app.run('people.merge', { from: 'Annie', into: 'Anna' });
  expect(person).toMatchObject({ id: 1, name: 'Anna', templates: 3 });
  const shown = await app.run('people.show', { person: 'Anna' });
  expect(shown.person.consents.map(({ note }) => note)).toEqual(['Anna agreed', 'Annie agreed']);
  expect(await names(app)).toEqual(['Anna']);
  await expect(app.run('people.merge', { from: 1, into: 'Anna' })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

test('deletes with a receipt, down to the bytes', async () => {
  const app = await withPeople({ 'Wilhelmina Quast': ['anna', 'anna 0.1'], Bert: ['bert'] });
  const { deleted, receipt } = await app.run('people.delete', { person: 'Wilhelmina Quast' });
  expect(deleted).toMatchObject({ id: 1, templates: 2 });
  expect(receipt).toEqual({
    templates: 2,
    consents: 1,
    activity: 1,
    portraits: 2,
    attendance: 0,
    impostors: 0,
    copies: 0,
    scrubbed: true,
    obstacle: null,
    remaining: [],
  });
  const data = path.dirname(app.store.file);
  const left = readdirSync(data).filter((file) =>
    readFileSync(path.join(data, file)).includes('Quast'),
  );
  expect(left).toEqual([]);
  expect(await names(app)).toEqual(['Bert']);
});

test('the activity tells what happened to whom by number, and forgets with the person', async () => {
  const app = await withPeople({ Anna: ['anna'], Bert: ['bert'], Carl: ['carl'] });
  await app.run('people.rename', { person: 'Anna', name: 'Anne' });
  await app.run('people.merge', { from: 'Bert', into: 'Anne' });
  await app.run('people.delete', { person: 'Carl' });
  const entries = app.store.read((tables) => listActivity(tables, { limit: 9 }));
  expect(entries.map(({ kind, personId }) => [kind, personId])).toEqual([
    ['deleted', null],
    ['merged', 1],
    ['renamed', 1],
    ['enrolled', 1],
    ['enrolled', 1],
  ]);
});

test('offers the people who look most alike, nearest first, without the person themselves', async () => {
  const app = await withPeople({
    Anna: ['anna', 'anna 0.1'],
    Twin: ['anna 0.25'],
    Bert: ['bert'],
    Carl: ['carl'],
  });
  const { similar } = await app.run('people.similar', { person: 'Anna', top: 2 });
  expect(similar).toHaveLength(2);
  expect(similar[0]).toMatchObject({ person: { name: 'Twin' }, same: true });
  expect(similar[1]).toMatchObject({ same: false });
  expect(similar[0]!.distance).toBeLessThan(similar[1]!.distance);
  expect(similar[0]!.probability).toBeGreaterThan(0.5);
});

test('says of chosen people how near they are, with the same figures as the search', async () => {
  const app = await withPeople({ Anna: ['anna'], Twin: ['anna 0.25'], Bert: ['bert'] });
  const found = await app.run('people.similar', { person: 'Anna' });
  const among = await app.run('people.similar', { person: 'Anna', among: [3, 1, 2, 99] });
  expect(among.similar.map(({ person }) => person.name)).toEqual(['Twin', 'Bert']);
  for (const [i, { distance, probability }] of among.similar.entries()) {
    expect(distance).toBeCloseTo(found.similar[i]!.distance, 5);
    expect(probability).toBeCloseTo(found.similar[i]!.probability, 5);
  }
});

test('hides a person from the gallery that is shown, and recognizes them all the same', async () => {
  const app = await withPeople({ Anna: ['anna'], Bert: ['bert'] });
  await app.run('people.hide', { person: 'Anna', hidden: true });
  const { people } = await app.run('people.list', {});
  expect(people.map(({ name, hidden }) => [name, hidden])).toEqual([
    ['Anna', true],
    ['Bert', false],
  ]);
  const { faces } = await app.run('identification.identify', { image: app.photo('p.jpg', 'anna') });
  expect(faces[0]).toMatchObject({ decision: 'identified', matches: [{ name: 'Anna' }, {}] });
  const shown = await app.run('people.hide', { person: 'Anna', hidden: false });
  expect(shown.person.hidden).toBe(false);
});

test('a chosen portrait stands for the person until its photo goes', async () => {
  const app = await withPeople({ Anna: ['anna 0 120 0.9', 'anna 0.1 120 0.4'] });
  const [best, other] = (await app.run('people.show', { person: 1 })).person.templateList;
  const portrait = async () => (await app.run('people.show', { person: 1 })).person.portrait;
  expect(await portrait()).toBe(best!.id);
  await app.run('people.choosePortrait', { person: 1, template: other!.id });
  expect(await portrait()).toBe(other!.id);
  await app.run('people.removeTemplate', { person: 1, template: other!.id });
  expect(await portrait()).toBe(best!.id);
  await expect(
    app.run('people.choosePortrait', { person: 1, template: other!.id }),
  ).rejects.toMatchObject({ code: 'template_not_found' });
});

test('a chosen portrait that moves to somebody else stands for nobody', async () => {
  const app = await withPeople({ Anna: ['anna 0 120 0.9', 'anna 0.1 120 0.4'] });
  const [best, other] = (await app.run('people.show', { person: 1 })).person.templateList;
  await app.run('people.choosePortrait', { person: 1, template: other!.id });
  const { person, from } = await app.run('people.split', {
    person: 1,
    templates: [other!.id],
    name: 'Twin',
  });
  expect([person.portrait, from.portrait]).toEqual([other!.id, best!.id]);
});

test('the list says when somebody was last seen', async () => {
  const app = await withPeople({ Anna: ['anna'], Bert: ['bert'] });
  await app.run('settings.set', { changes: { recordRecognitions: true } });
  await app.run('identification.identify', { image: app.photo('p.jpg', 'anna') });
  const { people } = await app.run('people.list', {});
  expect(people.map(({ name, lastSeen }) => [name, lastSeen !== null])).toEqual([
    ['Anna', true],
    ['Bert', false],
  ]);
});
