import { expect, test } from 'vitest';
import { countPeople, countTemplates, listActivity, listConsents } from '../../../db/store.ts';
import type { Progress } from '../../../contract/values.ts';
import { testApplication, type TestApplication } from '../testing/application.ts';

const enroll = (app: TestApplication, name: string, ...texts: string[]) =>
  app.run('enrollment.enroll', {
    name,
    images: texts.map((text, i) => app.photo(`${name}-${i}.jpg`, text)),
  });

const people = ({ store }: TestApplication) => store.read(countPeople);

test('one photo is enough, more improve', async () => {
  const app = testApplication();
  const first = await enroll(app, 'Anna', 'anna');
  expect(first).toMatchObject({ person: { name: 'Anna' }, enrolled: 1, refused: [] });
  const second = await enroll(app, '  Anna ', 'anna 0.1', 'anna 0.2');
  expect(second).toMatchObject({ person: first.person, enrolled: 2, alreadyEnrolled: 0 });
  expect(app.store.read(countTemplates)).toBe(3);
});

test('takes pictures as bytes too', async () => {
  const app = testApplication();
  const images = [{ bytes: Buffer.from('anna'), name: 'camera' }];
  await app.run('enrollment.enroll', { name: 'Anna', images });
  const { person } = await app.run('people.show', { person: 'Anna' });
  expect(person.templateList).toMatchObject([{ source: 'camera', modelId: 'residual' }]);
});

test.each([
  ['no_face', 'landscape'],
  ['several_faces', 'anna\nbert\ncarl'],
  ['low_quality', 'anna 0 20'],
  ['low_quality', 'anna 0 120 0.01'],
  ['image_truncated', 'damaged'],
  ['file_empty', ''],
])('%s: a photo of %j leaves no trace', async (code, text) => {
  const app = testApplication();
  await expect(enroll(app, 'Anna', text)).rejects.toMatchObject({ code });
  expect(people(app)).toBe(0);
  expect(app.store.read((tables) => listActivity(tables, { limit: 1 }))).toEqual([]);
});

test('says how many faces there are, where, and offers the largest', async () => {
  const app = testApplication();
  await expect(enroll(app, 'Anna', 'anna\nbert\ncarl')).rejects.toMatchObject({
    message: expect.stringMatching(/3 faces.*largest \(120×120/u) as string,
    details: { faces: [{ width: 120 }, {}, {}], largest: { width: 120 } },
  });
  const images = [app.photo('group.jpg', 'anna\nbert\ncarl')];
  await app.run('enrollment.enroll', { name: 'Anna', images, severalFaces: 'largest' });
  const found = await app.run('identification.identify', { image: app.photo('p.jpg', 'anna #2') });
  expect(found.faces[0]?.matches[0]).toMatchObject({ name: 'Anna', distance: 0 });
});

test('low quality comes with its reasons', async () => {
  const app = testApplication();
  await expect(enroll(app, 'Anna', 'anna 0 120 0.01')).rejects.toMatchObject({
    message: expect.stringContaining('blurred') as string,
    details: { reasons: [expect.stringContaining('blurred')] },
  });
});

test('a photo that is refused does not spoil the others', async () => {
  const app = testApplication();
  const result = await enroll(app, 'Anna', 'landscape', 'anna', 'damaged');
  expect(result).toMatchObject({
    enrolled: 1,
    refused: [
      { file: expect.stringMatching(/Anna-0\.jpg$/u) as string, code: 'no_face' },
      { file: expect.stringMatching(/Anna-2\.jpg$/u) as string, code: 'image_truncated' },
    ],
  });
});

test('where all are refused alike the error says so, else it is nothing_enrolled', async () => {
  const app = testApplication();
  await expect(enroll(app, 'Anna', 'landscape', 'landscape #2')).rejects.toMatchObject({
    code: 'no_face',
    details: { refused: [{ code: 'no_face' }, { code: 'no_face' }] },
  });
  await expect(enroll(app, 'Anna', 'landscape', 'damaged')).rejects.toMatchObject({
    code: 'nothing_enrolled',
    details: { refused: [{ code: 'no_face' }, { code: 'image_truncated' }] },
  });
  expect(people(app)).toBe(0);
});

test('the same photo is enrolled once per person', async () => {
  const app = testApplication();
  await enroll(app, 'Anna', 'anna');
  app.host.requests.length = 0;
  await expect(enroll(app, 'Anna', 'anna')).rejects.toMatchObject({ code: 'already_enrolled' });
  expect(app.host.requests).toEqual(['warmUp']);
  await expect(enroll(app, 'Anna', 'anna', 'anna 0.1')).resolves.toMatchObject({
    enrolled: 1,
    alreadyEnrolled: 1,
  });
  await expect(enroll(app, 'Berta', 'bert', 'bert')).resolves.toMatchObject({
    enrolled: 1,
    alreadyEnrolled: 1,
  });
});

test('of two equal photos the second is known, whichever is read faster', async () => {
  const app = testApplication();
  const order: (string | undefined)[] = [];
  const images = ['anna', 'anna', 'anna 0.1'].map((text, i) => app.photo(`${i}.jpg`, text));
  const outcomes = await app.run(
    'enrollment.enroll',
    { name: 'Anna', images },
    { onProgress: ({ outcome }) => order.push(outcome) },
  );
  expect(outcomes).toMatchObject({ enrolled: 2, alreadyEnrolled: 1 });
  expect(order).toEqual(['enrolled', 'known', 'enrolled']);
});

test('warns where a photo has two names, and where two names differ in case only', async () => {
  const app = testApplication();
  await enroll(app, 'Anna', 'anna');
  const { warnings } = await enroll(app, 'ANNA', 'anna');
  expect(warnings).toEqual([
    expect.stringContaining('ANNA is new, beside Anna'),
    expect.stringContaining('is enrolled for Anna too, now for ANNA'),
  ]);
});

test('keeps a consent note once, and only with a template', async () => {
  const app = testApplication();
  const images = ['landscape', 'anna', 'anna 0.1'].map((text, i) => app.photo(`${i}.jpg`, text));
  const consent = 'signed on paper';
  await app.run('enrollment.enroll', { name: 'Anna', images, consent });
  expect(app.store.read((tables) => listConsents(tables, 1))).toMatchObject([{ note: consent }]);
});

test('tells of each photo after it is committed', async () => {
  const app = testApplication();
  const told: [Progress, number][] = [];
  const images = ['anna', 'landscape', 'anna 0.1'].map((text, i) => app.photo(`${i}.jpg`, text));
  await app.run(
    'enrollment.enroll',
    { name: 'Anna', images },
    { onProgress: (progress) => told.push([progress, app.store.read(countTemplates)]) },
  );
  expect(told.map(([{ done, total, outcome }]) => [done, total, outcome])).toEqual(
    expect.arrayContaining([[3, 3, expect.any(String)]]) as unknown,
  );
  let enrolled = 0;
  for (const [{ outcome }, templates] of told) {
    if (outcome === 'enrolled') enrolled += 1;
    expect(templates).toBeGreaterThanOrEqual(enrolled);
  }
  expect(enrolled).toBe(2);
});

test('writes to the activity what it did, without names', async () => {
  const app = testApplication();
  await enroll(app, 'Anna', 'anna', 'landscape');
  expect(app.store.read((tables) => listActivity(tables, { limit: 5 }))).toMatchObject([
    { kind: 'enrolled', personId: 1, counts: { enrolled: 1, alreadyEnrolled: 0, refused: 1 } },
  ]);
});

test('where the model is missing, that is the error', async () => {
  const app = testApplication();
  await app.host.reconfigure({
    role: 'recognition',
    builtInModels: '',
    userModels: '',
    provider: 'auto',
    encoder: 'absent',
  });
  await expect(enroll(app, 'Anna', 'anna')).rejects.toMatchObject({ code: 'model_missing' });
});

test('a poor face is taken where somebody has looked at it and says so', async () => {
  const app = testApplication();
  const images = [app.photo('poor.jpg', 'anna 0 20 0.01')];
  await expect(app.run('enrollment.enroll', { name: 'Anna', images })).rejects.toMatchObject({
    code: 'low_quality',
  });
  const taken = await app.run('enrollment.enroll', {
    name: 'Anna',
    images,
    acceptLowQuality: true,
  });
  expect(taken.enrolled).toBe(1);
});
