import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { writeOnnx } from '../../onnx/write.ts';
import { Runtime } from '../../runtime/runtime.ts';
import { adamwDefaults } from '../optimizers.ts';
import { distillStyle } from './train.ts';
import type { StyleDistillationTask, StylePoint } from './task.ts';
import { filterBankTeacher as teacher } from './testing/teachers.ts';
import { texture } from './testing/textures.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'likeness-style-'))));
afterAll(() => rm(folder, { recursive: true }));

const pictures = Array.from({ length: 8 }, (_, seed) => texture(seed));

const settings: StyleDistillationTask['settings'] = {
  ...{
    seed: 1,
    steps: 60,
    batch: 2,
    paintings: 1,
    side: 32,
    gramWeight: 0.5,
    every: 30,
    peak: 0.003,
    warmUp: 5,
  },
  trainer: {
    optimizer: adamwDefaults,
    ...{ clipNorm: 5, averaging: 0, statisticsMomentum: 0.9 },
  },
};
/** Long enough that paintings have their second turn. */
const short = { settings: { ...settings, paintings: 2, steps: 10, every: 5 } };

const taught = ['relu1_1', 'relu2_1', 'relu3_1'];

const taskOf = (
  name: string,
  more: Partial<StyleDistillationTask> = {},
): StyleDistillationTask => ({
  ...{
    runtime: new Runtime({ provider: 'cpu', threads: 1 }),
    name: 'student',
    teacher,
    from: null,
  },
  shape: {
    channels: [[8, 8], [16, 16], [24]],
    taught,
    painted: { relu1_1: 1, relu1_2: 0.5, relu3_1: 1 },
  },
  input: { ...teacher.manifest.input, std: [60, 60, 60] },
  ...{ training: pictures.slice(2), validation: pictures.slice(0, 2) },
  settings,
  checkpoint: path.join(folder, `${name}.checkpoint`),
  report: () => undefined,
  ...more,
});

describe('a student', () => {
  test('comes nearer to its teacher, on pictures that it does not train with', async () => {
    const { curve, parameters } = await distillStyle(taskOf('learns'));
    expect(curve.map(({ step }) => step)).toEqual([0, 30, 60]);
    const [before, half, after] = curve.map(({ loss, layers }) => {
      return { loss, features: layers.reduce((sum, { features }) => sum + features, 0) };
    });
    expect(after!.features).toBeLessThan(0.97 * before!.features);
    expect(after!.loss!).toBeLessThan(half!.loss!);
    // 3×3: 216 + 576 + 1152 + 2304 + 3456, 1×1: 64 + 256 + 576, and 72 + 48 biases.
    expect(parameters).toBe(8720);
  });

  test('begins where another ended', async () => {
    const first = await distillStyle(taskOf('first', short));
    const second = await distillStyle(taskOf('second', { ...short, from: first.graph }));
    const sum = ({ layers }: StylePoint) =>
      layers.reduce((total, each) => total + each.features, 0);
    expect(sum(second.curve[0]!)).toBeLessThan(1.02 * sum(first.curve.at(-1)!));
  });

  test('goes on after a stop and comes to the same weights', async () => {
    const whole = await distillStyle(taskOf('whole', short));
    const stop = new AbortController();
    const stopped = distillStyle(
      taskOf('stopped', {
        ...short,
        signal: stop.signal,
        report: ({ step }) => {
          if (step === 7) stop.abort();
        },
      }),
    );
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const resumed = await distillStyle(taskOf('stopped', short));
    expect(writeOnnx(resumed.graph)).toEqual(writeOnnx(whole.graph));
    expect(resumed.curve).toEqual(whole.curve);
  });
});

describe('it is refused', () => {
  test('to go on with other settings', async () => {
    await distillStyle(taskOf('other', short));
    const refusal = { code: 'checkpoint_incompatible' };
    await expect(
      distillStyle(taskOf('other', { settings: { ...settings, side: 48 } })),
    ).rejects.toMatchObject(refusal);
  });

  test('to go on with other pictures of the same sizes', async () => {
    const task = taskOf('repainted', short);
    await distillStyle(task);
    const training = task.training.map((picture) => ({
      ...picture,
      data: picture.data.map((value) => 255 - value),
    }));
    await expect(distillStyle({ ...task, training })).rejects.toMatchObject({
      code: 'checkpoint_incompatible',
      details: { changed: ['pictures'] },
    });
  });

  test('to go on with what is no student of its shape', async () => {
    const refusal = { code: 'training_impossible' };
    const from = teacher.graph;
    await expect(distillStyle(taskOf('shape', { ...short, from }))).rejects.toMatchObject(refusal);
  });

  test('to learn from nothing, or from a teacher without the layers', async () => {
    const refusal = { code: 'training_impossible' };
    await expect(distillStyle(taskOf('none', { training: [] }))).rejects.toMatchObject(refusal);
    const shape = { channels: [[8], [8], [8, 8, 8]], taught: ['relu3_3'], painted: {} };
    await expect(distillStyle(taskOf('deep', { shape }))).rejects.toMatchObject(refusal);
  });
});
