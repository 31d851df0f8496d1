import { mkdir, mkdtemp, rm, copyFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commands, type CommandInput } from '../../../contract/commands.ts';
import { samplePhoto } from '../../../app/services/testing/sample-portraits.ts';
import { createContext, type HostContext } from '../../host/context.ts';
import type { FacePipeline } from '../../faces/pipeline.ts';
import { encodePeople, trainVerifier } from './from-photos.ts';

const builtInModels = fileURLToPath(new URL('../../../dist/models', import.meta.url));
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let folder: string;
let images: string;
let host: HostContext;

/** Every face of four photos, cut out three times over: people with three photos each. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-verifier-'));
  images = path.join(folder, 'images');
  host = createContext({
    role: 'studio',
    builtInModels,
    userModels: path.join(folder, 'models'),
    provider: 'cpu',
  });
  const pipeline = await host.faces();
  for (const number of [2, 4, 5, 6]) {
    const image = { path: samplePhoto(number) };
    const { faces } = await pipeline.analyze({ image, encode: 'none', subject: 'largest' });
    for (const [place, { box }] of faces.entries())
      await cutOut(image.path, box, path.join(images, `person ${number}-${place}`));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Cut {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function cutOut(photo: string, box: Cut, person: string): Promise<void> {
  await mkdir(person, { recursive: true });
  const { width, height } = await sharp(photo).metadata();
  const left = Math.max(0, Math.round(box.x - box.width / 2));
  const top = Math.max(0, Math.round(box.y - box.height / 2));
  const area = {
    left,
    top,
    width: Math.min(width - left, Math.round(box.width * 2)),
    height: Math.min(height - top, Math.round(box.height * 2)),
  };
  for (const [name, brightness] of [1, 0.8, 1.2].entries())
    await sharp(photo)
      .extract(area)
      .modulate({ brightness })
      .jpeg()
      .toFile(path.join(person, `${name}.jpg`));
}

const train = (more: Partial<CommandInput<'training.verifier'>> = {}) =>
  trainVerifier(
    host,
    commands['training.verifier'].input.parse({
      ...{ images, validation: 0.25, calibration: 0.25, test: 0.25, seed: 2 },
      ...more,
    }),
    { signal: new AbortController().signal, report: () => undefined },
  );

describe('on real photos', () => {
  test('it learns, and what it learned is used from the next start on', async () => {
    expect((await host.evidence()).source).toBe('verifier');
    const model = 'encoder-resnet29';
    const result = await train({ model });
    expect(commands['training.verifier'].output.parse(result)).toEqual(result);
    // A dozen pairs say little of how good it is; that they were counted is what holds anywhere.
    const counted = result.test.bins.map(({ mated, nonMated }) => mated + nonMated);
    expect(counted.reduce((sum, pairs) => sum + pairs, 0)).toBeGreaterThan(0);
    const encoder = model;
    const next = createContext({
      role: 'recognition',
      builtInModels,
      userModels: host.userModels,
      provider: 'cpu',
      encoder,
    });
    expect((await next.evidence()).source).toBe('verifier');
    const { encoder: manifest } = await next.faces();
    expect(manifest.id).toBe(model);
  });

  test('a photo under two names is left out and said so; copies count once', async () => {
    const [a, b] = ['person 5-0', 'person 5-1'].map((name) => path.join(images, name));
    await copyFile(path.join(a!, '0.jpg'), path.join(b!, 'same.jpg'));
    await copyFile(path.join(a!, '1.jpg'), path.join(a!, 'copy.jpg'));
    const result = await train();
    expect(result.contradictions).toEqual([['person 5-0/0.jpg', 'person 5-1/same.jpg']]);
    expect(result.copies).toBe(1);
    expect(result.warnings).toEqual([expect.stringContaining('two names')]);
  });
});

describe('what cannot be learned from is refused', () => {
  test('folders without a face', async () => {
    const empty = path.join(folder, 'empty');
    await mkdir(path.join(empty, 'anna'), { recursive: true });
    await writeFile(path.join(empty, 'anna', 'note.jpg'), '');
    await expect(train({ images: empty })).rejects.toMatchObject({ code: 'training_impossible' });
  });

  test('too few people, with the numbers that are needed', async () => {
    const few = path.join(folder, 'few');
    await mkdir(path.join(few, 'anna'), { recursive: true });
    await copyFile(path.join(images, 'person 5-2', '0.jpg'), path.join(few, 'anna', '0.jpg'));
    await expect(train({ images: few })).rejects.toMatchObject({
      code: 'training_impossible',
      details: { needed: { people: 2, mated: 3 } },
    });
  });

  test('a model that is no encoder', async () => {
    await expect(train({ model: 'landmarks-68' })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

test('a failure without a code is what the caller hears of, and ends the work on other photos', async () => {
  const failure = new TypeError('The session is gone.');
  const signals: AbortSignal[] = [];
  const analyze = ({ signal }: { readonly signal: AbortSignal }): Promise<never> => {
    signals.push(signal);
    if (signals.length === 1) return Promise.reject(failure);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  };
  const pipeline = { analyze } as unknown as FacePipeline;
  const context = { signal: new AbortController().signal, report: () => undefined };
  await expect(encodePeople(pipeline, images, context)).rejects.toBe(failure);
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
});
