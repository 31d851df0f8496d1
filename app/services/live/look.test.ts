import { expect, test } from 'vitest';
import { testApplication, type TestApplication } from '../testing/application.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text));

/** What is decided about each face of a frame, by name where there is one. */
async function look(app: TestApplication, text: string, note = false): Promise<string[]> {
  const { faces } = await app.run('live.look', { stream: 'desk', frame: bytes(text), note });
  return faces.map(({ decision, person }) => person?.name ?? decision);
}

async function looks(app: TestApplication, text: string, frames: number): Promise<string[]> {
  const seen: string[] = [];
  for (let i = 0; i < frames; i++) seen.push((await look(app, text)).join(' '));
  return seen;
}

const enroll = (app: TestApplication, name: string) =>
  app.run('enrollment.enroll', { name, images: [app.photo(`${name}.jpg`, name.toLowerCase())] });

test('names and strangers come after several looks, and a new person without a restart', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  expect(await looks(app, 'anna 0.1\nbert', 4)).toEqual([
    'looking looking',
    'looking looking',
    'Anna looking',
    'Anna unknown',
  ]);
  await enroll(app, 'Bert');
  const after = await looks(app, 'anna 0.1\nbert', 4);
  expect(after.every((frame) => frame.startsWith('Anna'))).toBe(true);
  expect(after.at(-1)).toBe('Anna Bert');
});

test('somebody who is deleted loses the name at once', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  expect((await looks(app, 'anna', 3)).at(-1)).toBe('Anna');
  await app.run('people.delete', { person: 'Anna' });
  expect(await look(app, 'anna')).toEqual(['looking']);
  expect((await looks(app, 'anna', 4)).at(-1)).toBe('unknown');
});

test('a name never has less than one half, also where it only lasts a little beyond the threshold', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await app.run('enrollment.enroll', { name: 'Bea', images: [app.photo('bea.jpg', 'anna 0.02')] });
  const sure: number[] = [];
  // The threshold is 0.5; a name lasts up to 0.53.
  for (const distance of [-0.1, -0.45, -0.49, -0.52, -0.49, 0, -0.52])
    for (let frame = 0; frame < 40; frame++) {
      const text = bytes(`anna ${distance}`);
      const { faces } = await app.run('live.look', { stream: 'desk', frame: text });
      if (faces[0]!.person !== null) sure.push(faces[0]!.person.probability);
    }
  expect(sure.length).toBeGreaterThan(200);
  expect(Math.min(...sure)).toBeGreaterThanOrEqual(0.5);
  expect(Math.max(...sure)).toBeGreaterThan(0.5);
});

test('goes on after the host has died, from the start', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  expect((await looks(app, 'anna', 3)).at(-1)).toBe('Anna');
  app.host.crash();
  expect(await looks(app, 'anna', 3)).toEqual(['looking', 'looking', 'Anna']);
});

test('a number of a face is not given to another one after the host has died', async () => {
  const app = testApplication();
  const tracks = async (text: string) =>
    (await app.run('live.look', { stream: 'desk', frame: bytes(text) })).faces.map(
      ({ track }) => track,
    );
  const before = await tracks('anna\nbert');
  app.host.crash();
  const after = await tracks('carl\ndora');
  expect(before.filter((track) => after.includes(track))).toEqual([]);
});

test('an unknown face comes with the people it may show all the same, the likeliest first', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await enroll(app, 'Bert');
  const seen = [];
  for (let i = 0; i < 5; i++) {
    const frame = bytes('anna 0.55\nnobody');
    seen.push((await app.run('live.look', { stream: 'desk', frame })).faces);
  }
  const [near, stranger] = seen.at(-1)!;
  expect(near).toMatchObject({ decision: 'unknown', person: null, candidates: [{ name: 'Anna' }] });
  expect(near!.candidates[0]!.probability).toBeLessThanOrEqual(0.5);
  expect(stranger).toMatchObject({ decision: 'unknown', candidates: [] });
  await app.run('people.delete', { person: 'Anna' });
  const { faces } = await app.run('live.look', { stream: 'desk', frame: bytes('anna 0.55') });
  expect(faces[0]!.candidates).toEqual([]);
});

test('a video that was ended starts anew; one that never was is nothing to complain about', async () => {
  const app = testApplication();
  await enroll(app, 'Anna');
  await looks(app, 'anna', 3);
  await app.run('live.end', { stream: 'desk' });
  expect(app.host.requests.at(-1)).toBe('endTrack');
  await app.run('live.end', { stream: 'elsewhere' });
  expect(await look(app, 'anna')).toEqual(['looking']);
});

test('notes who was there once a minute, where the settings say so', async () => {
  let time = Date.parse('2026-05-04T08:00:00Z');
  const app = testApplication({ now: () => new Date(time) });
  await enroll(app, 'Anna');
  const entries = async () =>
    (await app.run('activity.list', { kinds: ['identified'] })).entries.length;
  const attendance = async () =>
    (await app.run('attendance.list', { from: '2026-05-01', to: '2026-05-31' })).entries;
  const stay = async () => {
    for (let i = 0; i < 4; i++) await look(app, 'anna', true);
  };
  await stay();
  expect([await entries(), await attendance()]).toEqual([0, []]);

  await app.run('settings.set', {
    changes: { recordRecognitions: true, kiosk: { attendance: true } },
  });
  time += 60_000;
  await stay();
  expect(await entries()).toBe(1);
  time += 61_000;
  await stay();
  expect(await entries()).toBe(2);
  expect(await attendance()).toMatchObject([
    {
      person: { name: 'Anna' },
      firstSeen: '2026-05-04T08:01:00.000Z',
      lastSeen: '2026-05-04T08:02:01.000Z',
    },
  ]);
  const { person } = await app.run('people.show', { person: 'Anna' });
  expect(person.lastSeen).toBe('2026-05-04T08:02:01.000Z');
});
