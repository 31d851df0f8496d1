import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { insertPerson, insertTemplate, type Store } from '../../../db/store.ts';
import { gaussianPeople } from '../../../native-models/evaluation/testing/gaussian-people.ts';
import { testApplication, type TestApplication } from '../testing/application.ts';
import { thresholdAt } from './threshold.ts';

const NOW = '2026-05-04T08:00:00.000Z';

/** Enrolls people whose encodings come near to each other now and then. */
function populate(store: Store, people: number, photos = 2, seed = 1, model = 'residual'): void {
  const crowd = gaussianPeople({ people, photos, dimension: 16, noise: 0.3, seed });
  store.write((tables) => {
    for (const { person, encodings } of crowd) {
      const { id } = insertPerson(tables, `${person} of ${seed} and ${model}`, NOW);
      for (const [i, encoding] of encodings.entries())
        insertTemplate(tables, {
          personId: id,
          model: { id: model, version: '1' },
          encoding,
          quality: 0.9,
          photoHash: `${seed}${id}${i}`.padStart(64, '0'),
          source: 'x.jpg',
          createdAt: NOW,
        });
    }
  });
}

const identify = async (app: TestApplication, options = {}) =>
  await app.run('identification.identify', { image: app.photo('probe.jpg', 'anna'), ...options });

test('calibrates on the enrolled people, keeps numbers only, and identification follows', async () => {
  const app = testApplication();
  populate(app.store, 60);
  expect(await app.run('calibration.last', {})).toEqual({ calibration: null, applied: null });
  const before = await identify(app);
  expect([before.threshold, before.thresholdSource]).toEqual([0.5, { kind: 'model' }]);

  const { calibration, applied } = await app.run('calibration.run', { fpir: 0.03, sizes: [10] });
  expect(calibration).toMatchObject({
    people: 60,
    templates: 120,
    source: 'gallery',
    images: null,
  });
  // 10 as asked for, and the 60 who are there.
  expect(new Set(calibration.points.map(({ gallery }) => gallery))).toEqual(new Set([10, 60]));
  const point = calibration.points.find((p) => p.gallery === 60 && p.wanted === 0.03)!;
  expect(applied).toMatchObject({ fpir: 0.03, people: 60 });
  expect(applied!.threshold).toBeCloseTo(point.threshold, 2);

  const after = await identify(app);
  expect(after.threshold).toBe(applied!.threshold);
  expect(after.thresholdSource).toEqual({ kind: 'calibration', ...applied });
  expect(await app.run('calibration.last', {})).toEqual({ calibration, applied });
  expect((await app.run('system.status', {})).recognition?.threshold).toBe(applied!.threshold);
  expect((await identify(app, { threshold: 0.4 })).thresholdSource).toEqual({ kind: 'asked' });
});

test('the threshold follows the gallery as it grows, and photos as well as people', async () => {
  const app = testApplication();
  populate(app.store, 80, 1);
  await app.run('calibration.run', { fpir: 0.2 });
  const small = await identify(app);
  populate(app.store, 80, 1, 2);
  const more = await identify(app);
  populate(app.store, 80, 5, 3);
  const photos = await identify(app);
  expect(small.thresholdSource).toMatchObject({ people: 80, basis: 'observed' });
  expect(more.thresholdSource).toMatchObject({ people: 160, basis: 'extrapolated' });
  expect(more.threshold).toBeLessThan(small.threshold);
  expect(photos.thresholdSource).toMatchObject({ people: 240 });
  expect(photos.threshold).toBeLessThan(more.threshold);
});

test('another rate of the same calibration can be applied, or none', async () => {
  const app = testApplication();
  populate(app.store, 40);
  await app.run('calibration.run', { fpir: 0.02, apply: false });
  expect((await identify(app)).thresholdSource).toEqual({ kind: 'model' });
  const { applied } = await app.run('calibration.apply', { fpir: 0.1 });
  expect((await identify(app)).threshold).toBe(applied!.threshold);
  await expect(app.run('calibration.apply', { fpir: 0.123 })).rejects.toMatchObject({
    code: 'calibration_impossible',
    details: { rates: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1] },
  });
  expect(await app.run('calibration.apply', { fpir: null })).toMatchObject({ applied: null });
  expect((await identify(app)).thresholdSource).toEqual({ kind: 'model' });
});

test('a calibration belongs to its model: another one keeps to its own threshold', async () => {
  const app = testApplication();
  populate(app.store, 40);
  populate(app.store, 12, 2, 3, 'mobile');
  await app.run('calibration.run', { fpir: 0.05 });
  await app.run('models.use', { id: 'mobile' });
  expect((await identify(app)).thresholdSource).toEqual({ kind: 'model' });
  expect(await app.run('calibration.last', {})).toEqual({ calibration: null, applied: null });
  await expect(app.run('calibration.apply', { fpir: 0.05 })).rejects.toMatchObject({
    code: 'calibration_impossible',
  });
  await app.run('models.use', { id: 'residual' });
  expect((await identify(app)).thresholdSource).toMatchObject({ kind: 'calibration' });
});

test('calibrates on a folder of photos, with those that have no face counted', async () => {
  const app = testApplication();
  const root = path.join(app.folder, 'people');
  for (let person = 0; person < 12; person++) {
    app.photo(`people/Person ${person}/1.jpg`, `someone${person}`);
    app.photo(`people/Person ${person}/2.jpg`, person === 0 ? 'landscape' : `someone${person} 0.2`);
  }
  // The same face under another name.
  app.photo('people/Twin/1.jpg', 'someone3 0.01');
  const stages = new Set<string>();
  const { calibration, alike } = await app.run(
    'calibration.run',
    { source: { kind: 'images', root }, sizes: [5] },
    { onProgress: ({ stage }) => stages.add(stage) },
  );
  expect(calibration).toMatchObject({
    source: 'images',
    images: root,
    people: 13,
    templates: 13,
    photos: 25,
    withoutFace: 1,
  });
  expect(alike.map(({ people }) => people)).toEqual([['Person 3', 'Twin']]);
  expect(stages).toContain('Reading photos');
  const bytes = readFileSync(app.store.file);
  for (const name of ['Person 3', 'Twin']) expect(bytes.includes(name)).toBe(false);
});

test('too few people are refused, and nothing is changed', async () => {
  const app = testApplication();
  await expect(app.run('calibration.run', {})).rejects.toMatchObject({
    code: 'calibration_impossible',
  });
  populate(app.store, 9);
  await expect(app.run('calibration.run', {})).rejects.toMatchObject({
    code: 'calibration_impossible',
    details: { people: 9, needed: 10 },
  });
  expect(await app.run('calibration.last', {})).toEqual({ calibration: null, applied: null });
});

test('can be stopped, and then leaves no trace', async () => {
  const app = testApplication();
  populate(app.store, 60);
  const controller = new AbortController();
  const run = app.run(
    'calibration.run',
    {},
    {
      signal: controller.signal,
      onProgress: ({ stage }) => {
        if (stage === 'Resampling people') controller.abort();
      },
    },
  );
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  expect(await app.run('calibration.last', {})).toEqual({ calibration: null, applied: null });
});

test('between sizes the threshold is interpolated in the logarithm, beyond the last it stays', () => {
  const point = (gallery: number, threshold: number) => ({
    gallery,
    threshold,
    band: { low: threshold, high: threshold },
    fnir: null,
    basis: gallery > 100 ? ('extrapolated' as const) : ('observed' as const),
  });
  const points = [point(10, 0.6), point(100, 0.5), point(1000, 0.3)];
  expect(thresholdAt(points, 1)).toEqual({ threshold: 0.6, basis: 'observed' });
  expect(thresholdAt(points, 100)).toEqual({ threshold: 0.5, basis: 'observed' });
  const between = thresholdAt(points, Math.round(10 ** 2.5));
  expect(between.threshold).toBeCloseTo(0.4, 3);
  expect(between.basis).toBe('extrapolated');
  expect(thresholdAt(points, 5000)).toEqual({ threshold: 0.3, basis: 'extrapolated' });
});
