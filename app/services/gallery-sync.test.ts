import { expect, test } from 'vitest';
import { testApplication, type TestApplication } from './testing/application.ts';

const enroll = (app: TestApplication, name: string, text = name.toLowerCase()) =>
  app.run('enrollment.enroll', { name, images: [app.photo(`${name}.jpg`, text)] });

const whoIs = async (app: TestApplication, text: string) => {
  const image = app.photo('probe.jpg', text);
  const { faces } = await app.run('identification.identify', { image });
  return faces.map(({ decision, matches }) => (decision === 'identified' ? matches[0]?.name : '-'));
};

const loads = ({ host }: TestApplication) =>
  host.requests.filter((method) => method === 'galleryLoad').length;

test('is fed before the first search, and not before', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  expect(loads(app)).toBe(0);
  expect(await whoIs(app, 'anna')).toEqual(['Anna']);
  expect(await whoIs(app, 'anna')).toEqual(['Anna']);
  expect(loads(app)).toBe(1);
});

test('own writes are passed on without reading everything again', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await whoIs(app, 'anna');
  await enroll(app, 'Bert');
  expect(await whoIs(app, 'anna\nbert')).toEqual(['Anna', 'Bert']);
  await app.run('people.delete', { person: 'Anna' });
  expect(await whoIs(app, 'anna\nbert')).toEqual(['-', 'Bert']);
  expect(loads(app)).toBe(1);
});

test('merging takes effect in the gallery', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await enroll(app, 'Annie', 'anna 2');
  expect(await whoIs(app, 'anna 2')).toEqual(['Annie']);
  await app.run('people.merge', { from: 'Annie', into: 'Anna' });
  expect(await whoIs(app, 'anna 2')).toEqual(['Anna']);
});

test('is fed again after the host has died', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await whoIs(app, 'anna');
  app.host.crash();
  expect(await whoIs(app, 'anna')).toEqual(['Anna']);
  app.host.crash();
  await enroll(app, 'Bert');
  expect(await whoIs(app, 'anna\nbert')).toEqual(['Anna', 'Bert']);
});

test('sees what another process has written', async () => {
  const ours = testApplication();
  await enroll(ours, 'Anna');
  expect(await whoIs(ours, 'bert')).toEqual(['-']);
  const theirs = testApplication({ folder: ours.folder });
  await enroll(theirs, 'Bert');
  expect(await whoIs(ours, 'bert')).toEqual(['Bert']);
  await theirs.run('people.delete', { person: 'Anna' });
  expect(await whoIs(ours, 'anna')).toEqual(['-']);
});

test('searches and enrollments at the same time do not double anybody', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  const names = ['Bert', 'Carl', 'Dora', 'Emil'];
  await Promise.all(names.flatMap((name) => [enroll(app, name), whoIs(app, 'anna')]));
  expect(await whoIs(app, 'anna\nbert\ncarl\ndora\nemil')).toEqual(['Anna', ...names]);
});
