import { expect, test } from 'vitest';
import { listActivity } from '../../db/store.ts';
import { testApplication, type TestApplication } from './testing/application.ts';

async function withPeople(...names: string[]): Promise<TestApplication> {
  const app = testApplication();
  for (const name of names) await enroll(app, name);
  return app;
}

const enroll = (app: TestApplication, name: string) =>
  app.run('enrollment.enroll', {
    name,
    images: [app.photo(`${name}.jpg`, name.toLowerCase())],
  });

const identify = (app: TestApplication, text: string, options = {}) =>
  app.run('identification.identify', { image: app.photo('probe.jpg', text), ...options });

test('says who is who, the nearest first, and who is unknown', async () => {
  const app = await withPeople('Anna', 'Bert', 'Carl');
  const { faces, threshold, model } = await identify(app, 'bert 0.3\nstranger\nanna 0.1', {
    top: 2,
  });
  expect([threshold, model]).toEqual([0.5, 'residual']);
  expect(faces.map(({ decision }) => decision)).toEqual(['identified', 'unknown', 'identified']);
  expect(faces.map(({ matches }) => matches.length)).toEqual([2, 2, 2]);
  expect(faces[0]?.matches[0]).toMatchObject({ name: 'Bert', personId: 2 });
  expect(faces[0]?.matches[0]?.distance).toBeCloseTo(0.3, 5);
  // L = exp(10 · (0.6 − 0.3)), the curve of the model, shared by three people: L / 3 / (1 + L / 3).
  expect(faces[0]?.matches[0]?.probability).toBeCloseTo(0.870049, 4);
  expect(faces[0]!.matches[1]!.distance).toBeGreaterThan(0.3);
});

test('at the threshold is identified, beyond it unknown', async () => {
  const app = await withPeople('Anna');
  const decide = async (threshold: number) =>
    (await identify(app, 'anna 0.25', { threshold })).faces[0]?.decision;
  const { distance } = (await identify(app, 'anna 0.25')).faces[0]!.matches[0]!;
  expect(await decide(distance)).toBe('identified');
  expect(await decide(distance - 1e-6)).toBe('unknown');
});

test('a name never has less than one half, an unknown face never has more', async () => {
  const app = await withPeople('Anna', 'Bert');
  await app.run('people.delete', { person: 'Bert' });
  const thresholds = [0.3, undefined, 0.8];
  const seen: number[] = [];
  for (const threshold of thresholds) {
    const distances = [0.1, 0.29, 0.31, 0.45, 0.49, 0.51, 0.55, 0.7, 0.79, 0.81];
    const text = distances.map((distance) => `anna ${distance}`).join('\n');
    const { faces } = await identify(app, text, threshold === undefined ? {} : { threshold });
    for (const { decision, matches } of faces) {
      const { probability } = matches[0]!;
      seen.push(probability);
      if (decision === 'identified') expect(probability).toBeGreaterThanOrEqual(0.5);
      else expect(probability).toBeLessThanOrEqual(0.5);
    }
  }
  expect(seen).toHaveLength(30);
});

test('two who look alike share: the nearer is named, hardly, and the other is near as well', async () => {
  const app = await withPeople('Anna');
  await app.run('enrollment.enroll', { name: 'Bea', images: [app.photo('Bea.jpg', 'anna 0.02')] });
  await app.run('enrollment.enroll', {
    name: 'Cora',
    images: [app.photo('Cora.jpg', 'anna 0.03')],
  });
  const { faces } = await identify(app, 'anna');
  const [anna, ...others] = faces[0]!.matches;
  expect(faces[0]!.decision).toBe('identified');
  expect(anna).toMatchObject({ name: 'Anna', probability: 0.5 });
  expect(others.map(({ name }) => name)).toEqual(['Bea', 'Cora']);
  for (const { probability } of others) expect(probability).toBeGreaterThan(0.2);
});

test('with nobody enrolled everybody is unknown, and the warning says why', async () => {
  const app = testApplication();
  const { faces, warnings } = await identify(app, 'anna\nbert');
  expect(faces).toMatchObject([
    { decision: 'unknown', matches: [] },
    { decision: 'unknown', matches: [] },
  ]);
  expect(warnings).toEqual([expect.stringContaining('Nobody is enrolled')]);
});

test('a picture without faces has none', async () => {
  const app = await withPeople('Anna');
  expect(await identify(app, 'landscape')).toMatchObject({ faces: [], warnings: [] });
});

test('templates of another model are not compared, and the warning says so', async () => {
  const app = await withPeople('Anna');
  await app.run('models.use', { id: 'mobile' });
  const other = await identify(app, 'anna');
  expect(other).toMatchObject({ model: 'mobile', faces: [{ decision: 'unknown', matches: [] }] });
  expect(other.warnings).toEqual([
    expect.stringMatching(/1 person .*another encoder .*unknown to mobile 1: Anna\./u),
  ]);
  await app.run('models.use', { id: 'residual' });
  expect((await identify(app, 'anna')).faces[0]?.decision).toBe('identified');
});

test('counts identifications only where that is wanted', async () => {
  const app = await withPeople('Anna');
  await identify(app, 'anna');
  const kinds = () =>
    app.store.read((tables) => listActivity(tables, { limit: 9 })).map(({ kind }) => kind);
  expect(kinds()).toEqual(['enrolled']);

  await app.run('settings.set', { changes: { recordRecognitions: true } });
  await identify(app, 'anna\nbert');
  await identify(app, 'bert');
  const filter = { kinds: ['identified'] } as const;
  expect(app.store.read((tables) => listActivity(tables, filter))).toMatchObject([
    { personId: null, counts: { faces: 1, identified: 0 } },
    { personId: 1, counts: { faces: 2, identified: 1 } },
  ]);
  expect((await app.run('people.show', { person: 'Anna' })).person.lastSeen).not.toBeNull();
});
