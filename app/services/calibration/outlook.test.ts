import { expect, test } from 'vitest';
import { insertPerson, insertTemplate, type Store } from '../../../db/store.ts';
import { gaussianPeople } from '../../../native-models/evaluation/testing/gaussian-people.ts';
import { testApplication, type TestApplication } from '../testing/application.ts';
import { shippedCalibration } from './kept.ts';

const LIKENESS = { id: 'encoder-likeness', version: '2' };
const NOW = '2026-05-04T08:00:00.000Z';

function populate(store: Store, people: number, model: { id: string; version: string }): void {
  const crowd = gaussianPeople({ people, photos: 2, dimension: 16, noise: 0.3, seed: 1 });
  store.write((tables) => {
    for (const { person, encodings } of crowd) {
      const { id } = insertPerson(tables, person, NOW);
      for (const [i, encoding] of encodings.entries())
        insertTemplate(tables, {
          ...{ personId: id, model, encoding, quality: 0.9, source: 'x.jpg', createdAt: NOW },
          photoHash: `${id}${i}`.padStart(64, '0'),
        });
    }
  });
}

/** A host whose encoder is one that is shipped with figures. */
async function withShippedEncoder(): Promise<TestApplication> {
  const app = testApplication();
  app.host.models.push({ ...app.host.models[2]!, id: LIKENESS.id, active: false });
  app.host.versions.set(LIKENESS.id, LIKENESS.version);
  await app.run('models.use', { id: LIKENESS.id });
  return app;
}

test('says for every rate what identification would do, and then does just that', async () => {
  const app = testApplication();
  populate(app.store, 60, { id: 'residual', version: '1' });
  await app.run('calibration.run', { apply: false, sizes: [10, 30] });
  const outlook = await app.run('calibration.outlook', {});
  expect(outlook).toMatchObject({
    model: { id: 'residual', version: '1' },
    people: 60,
    measured: { source: 'gallery', people: 60, images: null },
    atMost: false,
    applied: null,
  });
  const rates = outlook.choices.map(({ wanted }) => wanted);
  expect(rates).toEqual(rates.toSorted((a, b) => a - b));
  for (const choice of outlook.choices) {
    expect(choice.named).toBeLessThanOrEqual(choice.wanted + 1e-9);
    expect(choice.namedInterval.low).toBeLessThanOrEqual(choice.named);
    expect(choice.namedInterval.high).toBeGreaterThanOrEqual(choice.named);
  }
  // Who accepts more wrong names misses fewer people.
  const missed = outlook.choices.map((choice) => choice.missed!);
  expect(missed).toEqual(missed.toSorted((a, b) => b - a));

  // The model's own threshold lies below the nearest look-alikes: nobody would be named.
  expect(outlook.now).toMatchObject({ threshold: 0.5, named: 0 });
  const strictest = outlook.choices[0]!;
  expect(strictest.threshold).toBe(0.5);
  expect(outlook.now!.missed).toBeCloseTo(strictest.missed!, 9);

  const choice = outlook.choices.find(({ wanted }) => wanted === 0.1)!;
  const { applied } = await app.run('calibration.apply', { fpir: choice.wanted });
  expect(applied!.threshold).toBe(choice.threshold);
  const after = await app.run('calibration.outlook', {});
  expect(after.applied).toBe(0.1);
  expect(after.now!.threshold).toBe(choice.threshold);
  // One threshold, one figure: read from the curves it is the same within their resolution.
  expect(after.now!.named).toBeCloseTo(choice.named, 2);
  expect(after.now!.missed!).toBeCloseTo(choice.missed!, 2);
});

test('before anything was measured, the figures are those that came with the encoder', async () => {
  const app = await withShippedEncoder();
  populate(app.store, 50, LIKENESS);
  const outlook = await app.run('calibration.outlook', {});
  expect(outlook.measured).toMatchObject({ source: 'shipped', people: 741, images: null });
  expect(outlook.choices.length).toBeGreaterThanOrEqual(4);
  expect(outlook.choices.every(({ basis }) => basis !== 'too-few')).toBe(true);
  // The encoder's own threshold, which the host states.
  expect(outlook.now).toMatchObject({ threshold: 0.5 });

  const choice = outlook.choices.find(({ wanted }) => wanted === 0.01)!;
  const { applied } = await app.run('calibration.apply', { fpir: 0.01 });
  expect(applied!.threshold).toBeCloseTo(choice.threshold, 9);
  const found = await app.run('identification.identify', { image: app.photo('a.jpg', 'anna') });
  expect(found.thresholdSource).toMatchObject({ kind: 'calibration', fpir: 0.01 });

  await app.run('calibration.run', { apply: false, sizes: [10] });
  const own = await app.run('calibration.outlook', {});
  expect(own.measured).toMatchObject({ source: 'gallery', people: 50 });
  const shipped = await app.run('calibration.outlook', { figures: 'shipped' });
  expect(shipped.measured).toMatchObject({ source: 'shipped' });
});

test('an encoder that is not in use can be asked about for the people who are there', async () => {
  const app = testApplication();
  populate(app.store, 30, { id: 'residual', version: '1' });
  const other = await app.run('calibration.outlook', { model: LIKENESS });
  expect(other).toMatchObject({ model: LIKENESS, people: 30, now: null });
  const many = testApplication();
  populate(many.store, 300, { id: 'residual', version: '1' });
  const more = await many.run('calibration.outlook', { model: LIKENESS });
  const missedOf = ({ choices }: typeof more) =>
    choices.find(({ wanted }) => wanted === 0.01)!.missed!;
  expect(missedOf(more)).toBeGreaterThan(missedOf(other));
  // As many people with one photo each, as they were measured.
  const asked = await app.run('calibration.outlook', { model: LIKENESS, people: 600 });
  expect(missedOf(asked)).toBe(missedOf(more));
});

test('of an encoder without figures nothing is claimed', async () => {
  const app = testApplication();
  expect(await app.run('calibration.outlook', {})).toEqual({
    model: { id: 'residual', version: '1' },
    people: 0,
    measured: null,
    atMost: false,
    choices: [],
    now: null,
    applied: null,
  });
});

test.each([
  ['encoder-likeness', '2'],
  ['encoder-resnet29', '1'],
  ['mobilefacenet', '1'],
])('%s %s is shipped with a whole measurement, without names', (id, version) => {
  const shipped = shippedCalibration({ id, version })!;
  expect(shipped).toMatchObject({ model: id, version, source: 'shipped', images: null });
  const sizes = shipped.growth[0]!.points.map(({ gallery }) => gallery);
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(JSON.stringify(shipped)).not.toMatch(/_|\/home|\/tmp/u);
  expect(shippedCalibration({ id, version: '0' })).toBeUndefined();
});
