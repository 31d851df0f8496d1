import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readExclusions } from '../../db/store.ts';
import { testApplication, type TestApplication } from './testing/application.ts';

// In the fake host "anna 0.3" lies 0.3 from Anna, and 0.1 from "anna 0.2".

const enroll = (app: TestApplication, name: string, text = name.toLowerCase()) =>
  app.run('enrollment.enroll', { name, images: [app.photo(`${name} ${text}.jpg`, text)] });

async function whoIs(app: TestApplication, text: string): Promise<string> {
  const [face] = (await app.run('identification.identify', { image: app.photo('p.jpg', text) }))
    .faces;
  return face!.decision === 'identified' ? face!.matches[0]!.name : 'unknown';
}

/** What a video says of a face that is before the camera for a while. */
async function seenAs(app: TestApplication, text: string): Promise<string> {
  let last = '';
  for (let i = 0; i < 6; i++) {
    const frame = Uint8Array.from(Buffer.from(text));
    const { faces } = await app.run('live.look', { stream: 'desk', frame });
    last = faces[0]!.person?.name ?? faces[0]!.decision;
  }
  await app.run('live.end', { stream: 'desk' });
  return last;
}

const reject = (app: TestApplication, person: string, text: string) =>
  app.run('people.reject', { person, image: app.photo('rejected.jpg', text) });

test('a face that is not the person is not taken for them again, nor is what is near to it', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await enroll(app, 'Bert');
  expect(await whoIs(app, 'anna 0.4')).toBe('Anna');
  const { distance, threshold, person, warnings } = await reject(app, 'Anna', 'anna 0.4');
  expect(distance).toBeCloseTo(0.4, 5);
  expect(threshold).toBeCloseTo(0.38, 5);
  expect([person.impostors.length, warnings]).toEqual([1, []]);
  expect(await whoIs(app, 'anna 0.4')).toBe('unknown');
  expect(await whoIs(app, 'anna 0.39')).toBe('unknown');
  // Nearer to the example than to Anna.
  expect(await whoIs(app, 'anna 0.3')).toBe('unknown');
  expect(await whoIs(app, 'anna 0.1')).toBe('Anna');
  expect(await whoIs(app, 'anna')).toBe('Anna');
  expect(await whoIs(app, 'bert 0.45')).toBe('Bert');
});

test('at a threshold of their own a name has one half, too', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await enroll(app, 'Bert');
  const probabilityAt = async (distance: number) => {
    const image = app.photo('p.jpg', `anna -${distance}`);
    const [face] = (await app.run('identification.identify', { image })).faces;
    expect(face!.decision).toBe('identified');
    return face!.matches[0]!.probability;
  };
  const before = await probabilityAt(0.37);
  await reject(app, 'Anna', 'anna 0.4');
  // Up to 0.38 from Anna, on the side away from the example.
  expect(before).toBeGreaterThan(0.75);
  expect(await probabilityAt(0.37)).toBeCloseTo(1 / (1 + Math.exp(-0.1)), 2);
});

test('says the next person where that one is near enough, and counts nobody twice', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await enroll(app, 'Bea', 'anna 0.6');
  expect(await whoIs(app, 'anna 0.25')).toBe('Anna');
  await reject(app, 'Anna', 'anna 0.25');
  const result = await app.run('identification.identify', {
    image: app.photo('p.jpg', 'anna 0.25'),
  });
  expect(result.faces[0]).toMatchObject({ decision: 'identified', matches: [{ name: 'Bea' }] });
  expect(result.faces[0]!.matches).toHaveLength(1);
});

test('the camera does not take the face for the person either, and it can be taken back', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  expect(await seenAs(app, 'anna 0.4')).toBe('Anna');
  const { example } = await reject(app, 'Anna', 'anna 0.4');
  expect(await seenAs(app, 'anna 0.4')).toBe('unknown');
  const { person } = await app.run('people.unreject', { person: 'Anna', example });
  expect(person.impostors).toEqual([]);
  expect(await seenAs(app, 'anna 0.4')).toBe('Anna');
  await expect(app.run('people.unreject', { person: 'Anna', example })).rejects.toMatchObject({
    code: 'example_not_found',
  });
});

test('the same face is kept once, and others of one photo besides', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  const photo = app.photo('group.jpg', 'anna 0.4\nanna 0.45');
  const first = await app.run('people.reject', { person: 'Anna', image: photo, at: [20, 30] });
  await app.run('people.reject', { person: 'Anna', image: photo, at: [20, 30] });
  const other = await app.run('people.reject', { person: 'Anna', image: photo, at: [230, 30] });
  expect(other.person.impostors.map(({ id }) => id)).toEqual([first.example, other.example]);
  const { entries } = await app.run('activity.list', { kinds: ['rejected'] });
  expect(entries).toHaveLength(2);
});

test('what was enrolled cannot be rejected, and a contradiction is said', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await expect(reject(app, 'Anna', 'anna # again')).rejects.toMatchObject({
    code: 'already_enrolled',
  });
  await enroll(app, 'Anna', 'anna 0.45');
  const { warnings } = await reject(app, 'Anna', 'anna 0.2');
  expect(warnings).toEqual([expect.stringContaining('Anna may be missed')]);
  await app.run('models.use', { id: 'mobile' });
  await expect(reject(app, 'Anna', 'anna 0.2')).rejects.toMatchObject({
    code: 'template_not_found',
  });
});

test('an example goes with its person, down to the bytes', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await reject(app, 'Anna', 'anna 0.4');
  const model = { id: 'residual', version: '1' };
  const [kept] = app.store.read((tables) => readExclusions(tables, model));
  const bytes = Buffer.from(Float32Array.from(kept!.encoding).buffer);
  const { receipt } = await app.run('people.delete', { person: 'Anna' });
  expect(receipt).toMatchObject({ impostors: 1, scrubbed: true });
  expect(app.store.read((tables) => readExclusions(tables, model))).toEqual([]);
  expect(readFileSync(app.store.file).includes(bytes)).toBe(false);
});

test('an example goes with the person whom it shows, and stays with others', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await enroll(app, 'Bea', 'anna 0.6');
  await enroll(app, 'Bert');
  await reject(app, 'Anna', 'anna 0.4');
  await reject(app, 'Anna', 'anna 0.2');
  const { receipt: bert } = await app.run('people.delete', { person: 'Bert' });
  expect(bert.impostors).toBe(0);
  const { receipt } = await app.run('people.delete', { person: 'Bea' });
  expect(receipt.impostors).toBe(1);
  const { person } = await app.run('people.show', { person: 'Anna' });
  expect(person.impostors).toHaveLength(1);
});

test('a face is unknown in a video once the only person with an example is deleted', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await enroll(app, 'Bert');
  await reject(app, 'Anna', 'anna 0.4');
  expect(await whoIs(app, 'anna 0.4')).toBe('unknown');
  await app.run('people.delete', { person: 'Anna' });
  expect(await seenAs(app, 'anna 0.4')).toBe('unknown');
});

test('examples go along where two people are merged', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await enroll(app, 'Anni', 'anna 0.05');
  await reject(app, 'Anni', 'anna 0.45');
  await app.run('people.merge', { from: 'Anni', into: 'Anna' });
  expect(await whoIs(app, 'anna 0.45')).toBe('unknown');
  expect(await whoIs(app, 'anna 0.1')).toBe('Anna');
});
