import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { commands } from '../../contract/commands.ts';
import { createModelHost } from './model-host.ts';
import type { ModelHost } from './types.ts';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const samples = path('node_modules/@vladmandic/face-api/demo');
const PEOPLE = ['anna', 'anna', 'ben', 'ben', 'carla', 'dan'];
const KILLED_AT_STEP = 5;

const built = existsSync(path('dist/models/encoder-resnet29.onnx'));
if (!built) console.warn('Skipped: the models are not built. Run `npm run build` first.');

let folder: string;
let host: ModelHost;

afterEach(async () => {
  await host.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function begin(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'likeness-killed-training-'));
  for (const [index, person] of PEOPLE.entries()) {
    await mkdir(join(folder, 'images', person), { recursive: true });
    const sample = `sample${index + 1}.jpg`;
    await copyFile(join(samples, sample), join(folder, 'images', person, sample));
  }
  const configuration = { role: 'studio', builtInModels: path('dist/models') } as const;
  const userModels = join(folder, 'models');
  host = createModelHost({ configuration: { ...configuration, userModels, provider: 'cpu' } });
}

const train = (id: string, onStep: (done: number) => void = () => undefined) =>
  host.request(
    'trainTriplets',
    commands['training.triplets'].input.parse({
      ...{ images: [join(folder, 'images')], work: join(folder, 'work'), id, epochs: 6 },
      ...{ start: { kind: 'architecture', name: 'compact' }, test: 0, validation: 0 },
      ...{ people: 2, photos: 2, singles: 2 },
    }),
    {
      timeoutMs: 900_000,
      onProgress: ({ stage, done }) => {
        if (stage.startsWith('Training')) onStep(done);
      },
    },
  );

test.skipIf(!built)(
  'a training whose process is killed comes to the same weights as an undisturbed one',
  async () => {
    await begin();
    let pid = 0;
    host.onStart((start) => {
      pid = start.pid;
    });
    let steps = 0;
    const killed = train('killed', (done) => {
      steps = done;
      if (done === KILLED_AT_STEP) process.kill(pid, 'SIGKILL');
    });
    await expect(killed).rejects.toMatchObject({ code: 'host_crashed' });
    expect(existsSync(join(folder, 'work', 'killed.checkpoint'))).toBe(true);

    let first = Infinity;
    const resumed = await train('killed', (done) => {
      first = Math.min(first, done);
    });
    expect(steps).toBeGreaterThanOrEqual(KILLED_AT_STEP);
    expect(first).toBeGreaterThan(1);
    const undisturbed = await train('undisturbed');
    expect(resumed.model.sha256).toBe(undisturbed.model.sha256);
  },
);
