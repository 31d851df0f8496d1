import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fillDisk, mountSmallDisk } from '../../../foundation/files/testing/small-disk.ts';
import { commands, type CommandInput } from '../../../contract/commands.ts';
import { toLikenessError } from '../../../contract/errors.ts';
import type { Progress } from '../../../contract/values.ts';
import { readState } from '../training-run.ts';
import { createContext, type HostContext } from '../../host/context.ts';
import { trainTriplets } from './from-photos.ts';

const builtInModels = fileURLToPath(new URL('../../../dist/models', import.meta.url));
const samples = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);

// Real networks, several times over, on whatever the machine has left.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
let host: HostContext;

const put = async (root: string, person: string, sample: number, name = `${sample}.jpg`) => {
  await mkdir(path.join(folder, root, person), { recursive: true });
  await copyFile(path.join(samples, `sample${sample}.jpg`), path.join(folder, root, person, name));
};

/** Two people with two photos, two with one. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-triplets-'));
  const people = ['anna', 'anna', 'ben', 'ben', 'carla', 'dan'];
  for (const [index, person] of people.entries()) await put('images', person, index + 1);
  const configuration = { role: 'studio', builtInModels, provider: 'cpu' } as const;
  host = createContext({ ...configuration, userModels: path.join(folder, 'models') });
});
afterAll(() => rm(folder, { recursive: true }));

type Input = CommandInput<'training.triplets'>;

const train = (
  more: Partial<Input> & { readonly id: string },
  signal = new AbortController().signal,
  report: (progress: Progress) => void = () => undefined,
) => {
  const payload = commands['training.triplets'].input.parse({
    ...{ images: [path.join(folder, 'images')], work: path.join(folder, 'work'), epochs: 3 },
    ...{ start: { kind: 'architecture', name: 'compact' }, test: 0, validation: 0 },
    ...{ people: 2, photos: 2, singles: 2, ...more },
  });
  return trainTriplets(host, payload, { signal, report });
};

describe('an encoder from random weights', () => {
  test('comes into the catalog, and says who served as a negative only', async () => {
    const result = await train({ id: 'small' });

    expect(result).toMatchObject({ photos: 6, withoutFace: 0, negativesOnly: 2, best: 3 });
    expect(result.curve.map(({ mining }) => mining)).toEqual([
      null,
      'batch-all',
      'semi-hard',
      'batch-hard',
    ]);
    expect(result.model.bytes).toBeLessThan(1e6);
    const { manifest } = await host.catalog.load('small');
    expect(manifest.provenance).toMatchObject({ startedFrom: null, teacher: null });
    expect(JSON.stringify(manifest)).not.toMatch(/anna|carla/u);
    expect((await host.catalog.verify(host.provers)).models).toContainEqual(
      expect.objectContaining({ id: 'small', state: 'ready' }),
    );
  });

  test('goes on after a stop and comes to the same weights', async () => {
    const stop = new AbortController();
    const stopped = train({ id: 'stopped' }, stop.signal, ({ stage, done }) => {
      if (stage.startsWith('Training') && done === 2) stop.abort();
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });

    const { sha256 } = (await host.catalog.load('small')).manifest;
    expect((await train({ id: 'stopped' })).model.sha256).toBe(sha256);
  });
});

test('what was stopped does not go on with other photos, labels or settings', async () => {
  for (const [index, person] of ['anna', 'anna', 'ben', 'ben'].entries())
    await put('changed', person, index + 1);
  const images = [path.join(folder, 'changed')];
  const stop = new AbortController();
  const stopped = train({ id: 'changed', images }, stop.signal, ({ stage, done }) => {
    if (stage.startsWith('Training') && done === 2) stop.abort();
  });
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  const refused = (changed: string) => ({
    code: 'checkpoint_incompatible',
    details: { changed: [changed] },
  });
  await expect(train({ id: 'changed', images, epochs: 4 })).rejects.toMatchObject(
    refused('settings'),
  );
  // Another photo under the name of the former one.
  await put('changed', 'ben', 6, '4.jpg');
  await expect(train({ id: 'changed', images })).rejects.toMatchObject(
    refused('photos and labels'),
  );
  await put('changed', 'ben', 4);
  expect((await train({ id: 'changed', images })).photos).toBe(4);
});

test('a model is adapted to a bad camera with its lower layers frozen', async () => {
  const freeze = ['conv32_', 'conv64_', 'conv128_'];
  const start = { kind: 'model', id: 'encoder-likeness' } as const;
  const stages = new Set<string>();
  const more = { id: 'adapted', start, freeze, camera: 'bad', epochs: 1, views: 2 } as const;
  const result = await train({ ...more, freeze: [...freeze] }, undefined, ({ stage }) =>
    stages.add(stage.split(':')[0]!),
  );

  expect(stages).toContain('Looking through frozen layers');
  expect(result.trained).toBeLessThan(result.parameters);
  expect(result.model.bytes).toBeLessThan(12e6);
});

describe('bad input', () => {
  test('folders without a face, and people with one photo each, cannot be trained', async () => {
    const images = path.join(folder, 'none');
    await mkdir(images);
    const refusal = { code: 'training_impossible' };
    await expect(train({ id: 'none', images: [images] })).rejects.toMatchObject(refusal);
    await put('singles', 'anna', 1);
    await put('singles', 'ben', 2);
    const singles = train({ id: 'none', images: [path.join(folder, 'singles')] });
    await expect(singles).rejects.toMatchObject(refusal);
  });

  test('a picture under two names is left out, and named', async () => {
    for (const [person, sample] of [
      ['anna', 1],
      ['anna', 2],
      ['ben', 3],
      ['ben', 4],
    ] as const)
      await put('contradictory', person, sample);
    await put('contradictory', 'carla', 5);
    await put('contradictory', 'dan', 5);
    await put('contradictory', 'anna', 1, 'copy.jpg');
    const result = await train({
      ...{ id: 'contradictory', images: [path.join(folder, 'contradictory')], epochs: 1 },
    });

    expect(result.contradictory).toEqual(['carla/5.jpg', 'dan/5.jpg']);
    expect(result.repeated).toHaveLength(1);
    expect(result.faces.training).toBe(4);
  });

  test('numbers that are none stop it; the last good checkpoint stays', async () => {
    const work = path.join(folder, 'diverged');
    const diverging = train({ id: 'diverged', work, epochs: 40, learningRate: 1e38 });
    await expect(diverging).rejects.toMatchObject({ code: 'training_diverged' });

    const saved = await readState(path.join(work, 'diverged.checkpoint'));
    for (const vector of Object.values(saved!.vectors))
      expect(vector.every(Number.isFinite)).toBe(true);
  });

  test('a full disk is named as such, and the former checkpoint stays', async ({ skip }) => {
    const work = path.join(folder, 'full');
    if (!mountSmallDisk(work, 64 << 20)) return skip('mounting a small disk is not allowed');
    const file = path.join(work, 'full.checkpoint');
    const stop = new AbortController();
    const stopped = train({ id: 'full', work }, stop.signal, ({ stage }) => {
      if (stage.startsWith('Training')) stop.abort();
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const former = await readState(file);
    expect(former).not.toBeNull();

    fillDisk(work);
    const error = await train({ id: 'full', work }).then(() => null, toLikenessError);
    expect(error).toMatchObject({ code: 'disk_full' });
    expect(await readState(file)).toEqual(former);
  });
});
