import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listActivity, listTemplates } from '../../db/store.ts';
import { testApplication, type TestApplication } from './testing/application.ts';

const enroll = (app: TestApplication, name: string, text: string, file = `${name}.jpg`) =>
  app.run('enrollment.enroll', { name, images: [app.photo(file, text)] });

const nearest = async (app: TestApplication, text: string) => {
  const { faces, warnings } = await app.run('identification.identify', {
    image: app.photo('probe.jpg', text),
  });
  const [face] = faces;
  return { who: face?.decision === 'identified' ? face.matches[0]!.name : null, warnings };
};

const adopt = (app: TestApplication, id = 'mobile', dryRun = false) =>
  app.run('models.adopt', { id, dryRun });
const undo = (app: TestApplication, dryRun = false) => app.run('models.undoAdoption', { dryRun });

const templates = (app: TestApplication, person = 1) =>
  app.store.read((tables) => listTemplates(tables, person));

const noPortraits = (app: TestApplication) =>
  app.run('settings.set', { changes: { keepPortraits: false } });

/** Anna's file stays, Bert's is gone but has a portrait, Carl has neither. */
async function three(app: TestApplication): Promise<void> {
  await enroll(app, 'Anna', 'anna');
  await enroll(app, 'Bert', 'bert');
  await noPortraits(app);
  await enroll(app, 'Carl', 'carl');
  for (const name of ['Bert', 'Carl']) rmSync(`${app.folder}/${name}.jpg`);
}

test('encodes everyone again whose photo is kept, and says who must be enrolled again and why', async () => {
  const app = testApplication();
  await three(app);
  const result = await adopt(app);
  expect(result).toMatchObject({
    model: { id: 'mobile', version: '1' },
    former: { id: 'residual', version: '1' },
    dryRun: false,
    added: 2,
    people: [
      { name: 'Anna', photos: 1, fromOriginals: 1, fromPortraits: 0, enrollAgain: false },
      { name: 'Bert', photos: 1, fromOriginals: 0, fromPortraits: 1, enrollAgain: false },
      {
        name: 'Carl',
        enrollAgain: true,
        reasons: ['No portrait was kept, and the original is not where it was.'],
        obstacles: ['original-missing'],
      },
    ],
  });
  expect((await nearest(app, 'anna')).who).toBe('Anna');
  const carl = await nearest(app, 'carl');
  expect(carl.who).toBeNull();
  expect(carl.warnings).toEqual([expect.stringContaining('unknown to mobile 1: Carl.')]);
  const [entry] = app.store.read((tables) => listActivity(tables, { limit: 1 }));
  expect(entry).toMatchObject({
    kind: 'model-adopted',
    counts: { templates: 2, enrollAgain: 1 },
  });
  const restarted = testApplication({ folder: app.folder });
  expect((await nearest(restarted, 'bert')).who).toBe('Bert');
});

test('a dry run shows the same and changes nothing', async () => {
  const app = testApplication();
  await three(app);
  const before = [1, 2, 3].map((person) => templates(app, person));
  const dry = await adopt(app, 'mobile', true);
  expect([1, 2, 3].map((person) => templates(app, person))).toEqual(before);
  expect((await nearest(app, 'carl')).who).toBe('Carl');
  const real = await adopt(app);
  expect({ ...dry, dryRun: false, elapsedMs: 0 }).toEqual({ ...real, elapsedMs: 0 });
});

test('an undo brings the former model back, and keeps and names what was enrolled since', async () => {
  const app = testApplication();
  await three(app);
  await adopt(app);
  await enroll(app, 'Dora', 'dora');
  expect((await app.run('models.strangers', {})).former).toEqual({ id: 'residual', version: '1' });
  const undone = await undo(app);
  expect(undone).toMatchObject({
    model: { id: 'residual' },
    left: { id: 'mobile' },
    since: [{ name: 'Dora', photos: 1 }],
    unknown: [{ name: 'Dora' }],
  });
  expect((await nearest(app, 'carl')).who).toBe('Carl');
  expect((await nearest(app, 'dora')).who).toBeNull();
  expect(templates(app, 4)).toMatchObject([{ modelId: 'mobile' }]);
  await expect(undo(app)).rejects.toMatchObject({ code: 'adoption_unknown' });
  expect((await app.run('models.strangers', {})).former).toBeNull();
  expect(await adopt(app)).toMatchObject({ added: 0 });
  expect((await nearest(app, 'dora')).who).toBe('Dora');
});

test('an adoption that was made already is not forgotten by making it again', async () => {
  const app = testApplication();
  await enroll(app, 'Anna', 'anna');
  await adopt(app);
  expect(await adopt(app)).toMatchObject({ added: 0, former: { id: 'residual' } });
  expect(await undo(app)).toMatchObject({ model: { id: 'residual' } });
});

test('a new version of the same model is another model', async () => {
  const app = testApplication();
  await three(app);
  app.host.versions.set('residual', '2');
  expect((await nearest(app, 'anna')).who).toBeNull();
  const sentence = expect.stringMatching(
    /^3 people were enrolled with another encoder and are unknown to residual 2: Anna, Bert, Carl\. Run "likeness models adopt residual"/u,
  ) as string;
  expect((await nearest(app, 'anna')).warnings).toEqual([sentence]);
  expect((await app.run('diagnostics.doctor', {})).warnings).toEqual([sentence]);
  expect(await app.run('models.strangers', {})).toMatchObject({
    encoder: { id: 'residual', version: '2' },
    people: [{ name: 'Anna' }, { name: 'Bert' }, { name: 'Carl' }],
    warnings: [sentence],
  });
  expect(await adopt(app, 'residual')).toMatchObject({
    model: { version: '2' },
    former: { id: 'residual', version: '1' },
    added: 2,
  });
  expect((await nearest(app, 'anna')).who).toBe('Anna');
  await expect(undo(app)).rejects.toMatchObject({
    code: 'model_missing',
    details: { id: 'residual', version: '1', present: '2' },
  });
  expect((await nearest(app, 'anna')).who).toBe('Anna');
});

test('a photo of several faces gives nobody a bystander’s encoding', async () => {
  const app = testApplication();
  const images = [app.photo('group.jpg', 'anna\nbert')];
  await app.run('enrollment.enroll', { name: 'Anna', images, severalFaces: 'largest' });
  await noPortraits(app);
  const other = [app.photo('group2.jpg', 'carl\nbert')];
  await app.run('enrollment.enroll', { name: 'Carl', images: other, severalFaces: 'largest' });
  expect(await adopt(app)).toMatchObject({
    people: [
      { name: 'Anna', fromPortraits: 1 },
      {
        name: 'Carl',
        enrollAgain: true,
        reasons: ['No portrait was kept, and the original does not show exactly one face.'],
        obstacles: ['original-ambiguous'],
      },
    ],
  });
});

test('a file that is another one by now is not taken for the photo', async () => {
  const app = testApplication();
  await noPortraits(app);
  await enroll(app, 'Anna', 'anna');
  app.photo('Anna.jpg', 'bert');
  expect(await adopt(app)).toMatchObject({ added: 0, people: [{ enrollAgain: true }] });
});

test('deleting a person, or a photo, deletes what both models made of it', async () => {
  const app = testApplication();
  await enroll(app, 'Anna', 'anna');
  await enroll(app, 'Anna', 'anna 0.1', 'second.jpg');
  await enroll(app, 'Bert', 'bert');
  await adopt(app);
  await app.run('people.removeTemplate', { person: 'Anna', template: templates(app)[0]!.id });
  expect(templates(app)).toMatchObject([{ modelId: 'residual' }, { modelId: 'mobile' }]);
  const { receipt } = await app.run('people.delete', { person: 'Bert' });
  expect(receipt).toMatchObject({ templates: 2, portraits: 1 });
  expect((await nearest(app, 'bert')).who).toBeNull();
  await undo(app);
  expect((await nearest(app, 'bert')).who).toBeNull();
});

test('a photo that goes to a new person takes the templates of both models along', async () => {
  const app = testApplication();
  await enroll(app, 'Anna', 'anna');
  await enroll(app, 'Anna', 'bert', 'second.jpg');
  await adopt(app);
  const wrong = templates(app).find(({ source }) => source?.endsWith('second.jpg') === true)!;
  await app.run('people.split', { person: 'Anna', templates: [wrong.id], name: 'Bert' });
  expect((await nearest(app, 'bert')).who).toBe('Bert');
  await undo(app);
  expect((await nearest(app, 'bert')).who).toBe('Bert');
});

test('whoever is enrolled or deleted while it runs is neither missed nor brought back', async () => {
  const app = testApplication();
  await enroll(app, 'Anna', 'anna');
  await enroll(app, 'Bert', 'bert');
  const meanwhile: Promise<unknown>[] = [];
  const result = await app.run(
    'models.adopt',
    { id: 'mobile' },
    {
      onProgress: () => {
        if (meanwhile.length > 0) return;
        meanwhile.push(app.run('people.delete', { person: 'Bert' }), enroll(app, 'Carl', 'carl'));
      },
    },
  );
  await Promise.all(meanwhile);
  const known = result.people.map(({ name }) => name);
  expect(known).not.toContain('Bert');
  for (const name of known) expect((await nearest(app, name.toLowerCase())).who).toBe(name);
  expect((await nearest(app, 'bert')).who).toBeNull();
});

test.each([
  ['model_unknown', 'nothing'],
  ['model_missing', 'absent'],
  ['invalid_input', 'landmarks-68'],
])('%s: %s is not adopted', async (code, id) => {
  const app = testApplication();
  await enroll(app, 'Anna', 'anna');
  await expect(adopt(app, id)).rejects.toMatchObject({ code });
  expect((await nearest(app, 'anna')).who).toBe('Anna');
});

test('stopped half-way, nothing has changed', async () => {
  const app = testApplication();
  for (let i = 0; i < 8; i++) await enroll(app, `P${i}`, `person${i}`);
  const stopping = new AbortController();
  const stopped = app.run(
    'models.adopt',
    { id: 'mobile' },
    { signal: stopping.signal, onProgress: () => stopping.abort() },
  );
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  expect(templates(app)).toHaveLength(1);
  expect((await nearest(app, 'person3')).who).toBe('P3');
});

test('another choice of encoder says whom it does not know', async () => {
  const app = testApplication();
  await enroll(app, 'Anna', 'anna');
  const { warnings } = await app.run('models.use', { id: 'mobile' });
  expect(warnings).toEqual([expect.stringContaining('1 person was enrolled with another encoder')]);
});
