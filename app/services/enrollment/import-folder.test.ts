import { expect, test } from 'vitest';
import { countTemplates, listActivity } from '../../../db/store.ts';
import { testApplication, type TestApplication } from '../testing/application.ts';

/** A folder of pictures by person; the file names are 1.jpg, 2.jpg, … */
function gallery(app: TestApplication, people: Readonly<Record<string, readonly string[]>>) {
  for (const [name, photos] of Object.entries(people))
    photos.forEach((text, i) => app.photo(`root/${name}/${i + 1}.jpg`, text));
  return { root: `${app.folder}/root` };
}

const importAll = (app: TestApplication, root: { root: string }) =>
  app.run('enrollment.importFolder', root);

test('enrolls everyone and lists what was refused', async () => {
  const app = testApplication();
  const root = gallery(app, { Anna: ['anna', 'anna 0.1'], Bert: ['bert', 'landscape'], Nil: [''] });
  app.photo('root/.hidden/1.jpg', 'ghost');
  app.photo('root/Anna/.hidden.jpg', 'ghost');
  app.photo('root/Anna/notes.txt', 'ghost');
  expect(await importAll(app, root)).toMatchObject({
    people: 2,
    enrolled: 3,
    alreadyEnrolled: 0,
    refused: [
      { file: `${root.root}/Bert/2.jpg`, code: 'no_face' },
      { file: `${root.root}/Nil/1.jpg`, code: 'file_empty' },
    ],
    warnings: [],
  });
  const { people } = await app.run('people.list', {});
  expect(people.map(({ name, templates }) => [name, templates])).toEqual([
    ['Anna', 2],
    ['Bert', 1],
  ]);
});

test('a second time nothing is analyzed or enrolled again', async () => {
  const app = testApplication();
  const root = gallery(app, { Anna: ['anna', 'anna 0.1'], Bert: ['bert'] });
  await importAll(app, root);
  app.host.requests.length = 0;
  expect(await importAll(app, root)).toMatchObject({ people: 2, enrolled: 0, alreadyEnrolled: 3 });
  expect(app.host.requests).toEqual(['warmUp']);
  expect(app.store.read(countTemplates)).toBe(3);
});

test('keeps a few photos under way, not one and not all', async () => {
  const app = testApplication();
  const photos = Array.from({ length: 20 }, (_, i) => `anna ${i / 100}`);
  await importAll(app, gallery(app, { Anna: photos }));
  expect(app.host.mostInFlight).toBeGreaterThan(1);
  expect(app.host.mostInFlight).toBeLessThanOrEqual(4);
});

test('a crash of the host costs nobody else their photo', async () => {
  const app = testApplication();
  const root = gallery(app, { Anna: ['anna', 'poison', 'unlucky'], Bert: ['bert'] });
  app.host.crashes.set('poison', Infinity).set('unlucky', 1);
  const result = await importAll(app, root);
  expect(result).toMatchObject({
    enrolled: 3,
    refused: [{ file: `${root.root}/Anna/2.jpg`, code: 'host_crashed' }],
  });
});

test('a host that only crashes ends the import', async () => {
  const app = testApplication();
  const photos = Array.from({ length: 40 }, (_, i) => `poison ${i}`);
  for (const photo of photos) app.host.crashes.set(photo, Infinity);
  await expect(importAll(app, gallery(app, { Anna: photos }))).rejects.toMatchObject({
    code: 'host_crashed',
  });
  expect(app.host.requests.filter((method) => method === 'analyze').length).toBeLessThan(15);
});

test('stopped halfway it keeps what is done, and goes on later', async () => {
  const app = testApplication();
  const photos = Array.from({ length: 20 }, (_, i) => `anna ${i / 100}`);
  const root = gallery(app, { Anna: photos });
  const stop = new AbortController();
  const told: string[] = [];
  const stopped = app.run('enrollment.importFolder', root, {
    signal: stop.signal,
    onProgress: ({ item, done }) => {
      told.push(item!);
      if (done === 5) stop.abort();
    },
  });
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  const kept = app.store.read(countTemplates);
  expect(kept).toBeGreaterThanOrEqual(5);
  expect(kept).toBeLessThan(10);
  expect(await importAll(app, root)).toMatchObject({ enrolled: 20 - kept, alreadyEnrolled: kept });
});

test('a photo under two names is warned about', async () => {
  const app = testApplication();
  const root = gallery(app, { Anna: ['anna'], Bert: ['anna'] });
  expect((await importAll(app, root)).warnings).toEqual([
    expect.stringMatching(/is enrolled for (Anna|Bert) too, now for (Anna|Bert)/u),
  ]);
});

test('a folder whose name cannot be a person is refused by itself', async () => {
  const app = testApplication();
  const root = gallery(app, { Anna: ['anna'], ['x'.repeat(201)]: ['bert'] });
  expect(await importAll(app, root)).toMatchObject({
    people: 1,
    refused: [{ code: 'name_invalid' }],
  });
});

test('a root that is missing, a file or empty is named', async () => {
  const app = testApplication();
  const { path } = app.photo('file.jpg', 'anna');
  await expect(importAll(app, { root: `${app.folder}/none` })).rejects.toMatchObject({
    code: 'file_not_found',
  });
  await expect(importAll(app, { root: path })).rejects.toMatchObject({
    code: 'file_not_directory',
  });
  app.photo('root/beside.jpg', 'anna');
  const { people, warnings } = await importAll(app, { root: `${app.folder}/root` });
  expect([people, warnings]).toEqual([0, [expect.stringContaining('subfolder')]]);
});

test('is one entry of the activity, without names', async () => {
  const app = testApplication();
  await importAll(app, gallery(app, { Anna: ['anna', 'landscape'] }));
  expect(app.store.read((tables) => listActivity(tables, { limit: 5 }))).toMatchObject([
    { kind: 'imported', personId: null, counts: { people: 1, enrolled: 1, refused: 1 } },
  ]);
});
