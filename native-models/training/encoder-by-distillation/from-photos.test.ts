import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commands, type CommandInput } from '../../../contract/commands.ts';
import type { Progress } from '../../../contract/values.ts';
import { createContext, type HostContext } from '../../host/context.ts';
import { trainEncoder } from './from-photos.ts';

const builtInModels = fileURLToPath(new URL('../../../dist/models', import.meta.url));
const samples = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);

// Real networks, several times over, on whatever the machine has left.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
let images: string;
let host: HostContext;

/** The principal faces of six photos: two of a first person, the others of one each. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-train-'));
  images = path.join(folder, 'images');
  for (const number of [1, 2, 3, 4, 5, 6]) {
    const person = path.join(images, number < 3 ? 'anna' : `person${number}`);
    await mkdir(person, { recursive: true });
    await copyFile(path.join(samples, `sample${number}.jpg`), path.join(person, `${number}.jpg`));
  }
  const configuration = { role: 'studio', builtInModels, provider: 'cpu' } as const;
  host = createContext({ ...configuration, userModels: path.join(folder, 'models') });
});
afterAll(() => rm(folder, { recursive: true }));

const payloadWith = (more: Partial<CommandInput<'training.encoder'>>) =>
  commands['training.encoder'].input.parse({
    ...{ teacher: 'encoder-resnet29', images: [images], work: path.join(folder, 'work') },
    ...{ id: 'student', validation: 0, test: 0, batch: 2, ...more },
  });

const train = (
  more: Partial<CommandInput<'training.encoder'>>,
  signal = new AbortController().signal,
  report: (progress: Progress) => void = () => undefined,
) => trainEncoder(host, payloadWith(more), { signal, report });

describe('an encoder that is taught by another', () => {
  test('comes into the catalog with its provenance, and works', async () => {
    const stages = new Set<string>();
    const result = await train(
      { epochs: 1, freeze: ['conv32', 'conv64'] },
      undefined,
      ({ stage }) => stages.add(stage.split(':')[0]!),
    );

    expect([...stages]).toEqual(['Finding faces', 'Fitting the last layer', 'Training']);
    expect(result).toMatchObject({ photos: 6, withoutFace: 0, faces: { training: 6, test: 0 } });
    expect(result.curve.map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(result.model.bytes).toBeLessThan(12e6);
    const { manifest } = await host.catalog.load('student');
    expect(manifest.provenance).toMatchObject({
      seed: 1,
      teacher: 'encoder-resnet29 1',
      data: [{ part: 'training', faces: 6, people: 5 }, {}, {}],
    });
    expect(JSON.stringify(manifest)).not.toMatch(/anna|person3/u);
    expect((await host.catalog.verify(host.provers)).models).toContainEqual(
      expect.objectContaining({ id: 'student', state: 'ready' }),
    );
  });

  test('goes on after a stop and comes to the same weights', async () => {
    const stop = new AbortController();
    const settings = { id: 'stopped', epochs: 1, freeze: ['conv32', 'conv64'] };
    const stopped = train(settings, stop.signal, ({ stage, done }) => {
      if (stage.startsWith('Training') && done === 2) stop.abort();
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    await expect(train({ ...settings, from: 'encoder-likeness' })).rejects.toMatchObject({
      code: 'checkpoint_incompatible',
      details: { changed: expect.arrayContaining(['the model that it begins with']) as string[] },
    });
    await expect(train({ ...settings, epochs: 2 })).rejects.toMatchObject({
      code: 'checkpoint_incompatible',
      details: { changed: ['settings'] },
    });

    const { sha256 } = (await host.catalog.load('student')).manifest;
    expect((await train(settings)).model.sha256).toBe(sha256);
    expect(await readdir(path.join(folder, 'work'))).toContainEqual(
      expect.stringMatching(/^images-encoder-resnet29-[0-9a-f]{8}$/u),
    );
  });
});

describe('what cannot be trained is refused', () => {
  test('a name that is taken, so that no model is replaced silently', async () => {
    const refusal = {
      code: 'invalid_input',
      message: expect.stringContaining('already') as string,
    };
    await expect(train({ id: 'encoder-resnet29' })).rejects.toMatchObject(refusal);
  });

  test('folders with no face', async () => {
    const empty = path.join(folder, 'empty');
    await mkdir(empty);
    await expect(train({ id: 'none', images: [empty] })).rejects.toMatchObject({
      code: 'training_impossible',
    });
  });

  test('a teacher of another role, and a beginning that no student can be built from', async () => {
    await expect(train({ id: 'none', teacher: 'detector-tiny' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(train({ id: 'none', from: 'nobody' })).rejects.toMatchObject({
      code: 'model_unknown',
    });
  });
});
