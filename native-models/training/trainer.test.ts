import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../foundation/random.ts';
import { float32 } from '../graph/tensor.ts';
import { operators } from '../ops/registry.ts';
import { Runtime } from '../runtime/runtime.ts';
import type { NamedTensors } from '../runtime/session.ts';
import { readState, writeState } from './training-run.ts';
import { compactEncoder } from './encoder-by-triplets/compact-encoder.ts';
import { pairMasks, tripletLoss } from './losses.ts';
import { adamwDefaults, type OptimizerSettings } from './optimizers.ts';
import { learnedConstants } from './parameters.ts';
import { Trainer, type TrainerSettings } from './trainer.ts';
import { buildTrainingGraph } from './training-graph.ts';

const SIDE = 8;
const PEOPLE = [1, 1, 2, 2, 3, 3];
const runtime = new Runtime({ provider: 'cpu', threads: 1 });
const model = compactEncoder({ side: SIDE, channels: [4, 6], dimension: 4, seed: 3 });
const names = learnedConstants(model);
const plan = buildTrainingGraph({
  model,
  parameters: names,
  sizes: { batch: PEOPLE.length },
  operators,
  loss: (builder, outputs) => {
    const { positive, negative } = pairMasks(PEOPLE);
    const masks = { positive: builder.constant(positive), negative: builder.constant(negative) };
    const options = { mining: 'batch-all', margin: 0.5 } as const;
    return tripletLoss(builder, outputs.get('encoding')!, masks, options);
  },
});

const settingsWith = (optimizer: OptimizerSettings, peak: number): TrainerSettings => ({
  optimizer,
  schedule: { peak, warmUp: 2, steps: 40, floor: 0 },
  clipNorm: 5,
  averaging: 0.9,
  statisticsMomentum: 0.9,
});

const settings = settingsWith(adamwDefaults, 0.01);
const sgd = settingsWith({ kind: 'sgd', momentum: 0.9, weightDecay: 1e-4 }, 0.05);

/** Every person has a pattern of their own, under noise. */
function batch(step: number): NamedTensors {
  const noise = new RandomStream(1, 'noise', step);
  const pixels = PEOPLE.flatMap((person) => {
    const pattern = new RandomStream(person, 'pattern');
    return Array.from({ length: 3 * SIDE * SIDE }, () => pattern.normal() + 0.5 * noise.normal());
  });
  return { image: float32([PEOPLE.length, 3, SIDE, SIDE], pixels) };
}

async function train(trainer: Trainer, upTo: number): Promise<number[]> {
  const losses: number[] = [];
  while (trainer.steps < upTo) losses.push((await trainer.step([batch(trainer.steps)])).loss);
  return losses;
}

const start = (of: TrainerSettings, saved?: Awaited<ReturnType<typeof readState>>) =>
  Trainer.start(runtime, model, plan, names, of, saved ?? undefined);

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'likeness-training-'))));
afterAll(() => rm(folder, { recursive: true }));

describe('Trainer', () => {
  it.each([
    ['AdamW', settings],
    ['SGD with momentum', sgd],
  ])('%s lowers the loss', async (_, of) => {
    const trainer = await start(of);
    const losses = await train(trainer, 40);
    await trainer.dispose();

    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
  });

  it.each([
    ['AdamW', settings],
    ['SGD with momentum', sgd],
  ])('%s, killed and resumed, gives the weights of an undisturbed run', async (name, of) => {
    const whole = await start(of);
    await train(whole, 12);
    const file = path.join(folder, `${name}.state`);
    const first = await start(of);
    await train(first, 5);
    await writeState(file, first.state());
    await train(first, 8);
    await first.dispose();

    const second = await start(of, await readState(file));
    expect(second.steps).toBe(5);
    await train(second, 12);

    expect(second.result()).toEqual(whole.result());
    expect(second.state()).toEqual(whole.state());
    await Promise.all([whole.dispose(), second.dispose()]);
  });

  it('renews the running statistics of normalizations', async () => {
    const trainer = await start(settings);
    await train(trainer, 3);
    const { data } = trainer.result()['stage1.in.variance']!;
    await trainer.dispose();

    for (const value of data as Float32Array) expect(value).not.toBe(1);
  });

  it('adds micro-batches up to their mean', async () => {
    const [one, two] = [await start(settings), await start(settings)];
    const single = await one.step([batch(0)]);
    const twice = await two.step([batch(0), batch(0)]);

    expect(twice.loss).toBeCloseTo(single.loss, 6);
    expect(twice.gradientNorm).toBeCloseTo(single.gradientNorm, 5);
    await Promise.all([one.dispose(), two.dispose()]);
  });

  it('stops at numbers that are none, and keeps its parameters', async () => {
    const trainer = await start(settings);
    await train(trainer, 2);
    const before = Float32Array.from(trainer.state().vectors['values']!);
    const poisoned = batch(2)['image']!;
    poisoned.data[0] = Number.NaN;

    await expect(trainer.step([{ image: poisoned }])).rejects.toMatchObject({
      code: 'training_diverged',
      details: { step: 3 },
    });
    expect(trainer.state().vectors['values']).toEqual(before);
    await trainer.dispose();
  });
});

describe('saved states', () => {
  it('are refused where a byte has changed, and absent where there is no file', async () => {
    const file = path.join(folder, 'damaged.state');
    await writeState(file, { content: { steps: 1 }, vectors: { values: Float32Array.of(1, 2) } });
    const bytes = await readFile(file);
    bytes[bytes.length - 40]! ^= 1;
    await writeFile(file, bytes);

    await expect(readState(file)).rejects.toMatchObject({ code: 'checkpoint_corrupt' });
    expect(await readState(path.join(folder, 'none.state'))).toBeNull();
  });
});
