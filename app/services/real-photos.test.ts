import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countPeople } from '../../db/store.ts';
import {
  modelsAreBuilt,
  realApplication,
  type RealApplication,
} from './testing/real-application.ts';
import {
  adaAgain,
  beaAgain,
  cutPortrait,
  faceAt,
  samplePhoto,
  sitters,
} from './testing/sample-portraits.ts';

describe.skipIf(!modelsAreBuilt())('with real photos and the built models (npm run build)', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'likeness-real-'));
  const portrait = (name: string) => path.join(folder, 'people', name, '1.jpg');
  let app: RealApplication;

  beforeAll(async () => {
    app = realApplication(path.join(folder, 'data'));
    await Promise.all(sitters.map((sitter) => cutPortrait(sitter, portrait(sitter.name))));
    const root = path.join(folder, 'people');
    const imported = await app.dispatch('enrollment.importFolder', { root });
    expect(imported).toMatchObject({ people: 6, enrolled: 6, refused: [], provider: 'cpu' });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['Ada', adaAgain],
    ['Bea', beaAgain],
  ])('finds %s in another photo', async (name, { sample, box }) => {
    const image = { path: samplePhoto(sample) };
    const { faces, warnings } = await app.dispatch('identification.identify', { image });
    expect(warnings).toEqual([]);
    const [best, next] = faceAt(faces, box).matches;
    expect(best?.name).toBe(name);
    expect(best!.distance).toBeLessThan(next!.distance);
    expect(best!.probability).toBeGreaterThan(next!.probability);
    // A stricter threshold than the distance makes the same face unknown.
    const threshold = best!.distance * 0.99;
    const strict = await app.dispatch('identification.identify', { image, threshold });
    expect(faceAt(strict.faces, box).decision).toBe('unknown');
  });

  it('compares two portraits of one photo: the same file is at distance 0', async () => {
    const a = { path: portrait('Ada') };
    const same = await app.dispatch('verification.verify', { a, b: a });
    expect(same.distance).toBeCloseTo(0, 4);
    const other = await app.dispatch('verification.verify', { a, b: { path: portrait('Edda') } });
    expect(other.distance).toBeGreaterThan(same.distance + 0.1);
  });

  it('refuses a group photo for one person, and takes the largest where asked', async () => {
    const enroll = (severalFaces: 'refuse' | 'largest') =>
      app.dispatch('enrollment.enroll', {
        name: 'Gwen',
        images: [{ path: samplePhoto(1) }],
        severalFaces,
      });
    await expect(enroll('refuse')).rejects.toMatchObject({
      code: 'several_faces',
      message: expect.stringContaining('3 faces') as string,
    });
    expect(app.store.read(countPeople)).toBe(sitters.length);
    await expect(enroll('largest')).resolves.toMatchObject({ enrolled: 1 });
    await app.dispatch('people.delete', { person: 'Gwen' });
  });

  it('says that everything is well', async () => {
    const report = await app.dispatch('diagnostics.doctor', {});
    expect(report).toMatchObject({ ok: true, database: { people: 6, templates: 6 } });
  });
});
