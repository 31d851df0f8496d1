import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Checkpoint } from '../../style/checkpoint/checkpoint.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-checkpoint-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  file = path.join(folder, '1.checkpoint');
});

const checkpoint: Checkpoint = {
  settings: { seed: 7 },
  level: 1,
  step: 17,
  losses: [{ content: 0.1 + 0.2 }],
  image: { width: 2, height: 1, data: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6) },
  optimiser: { kind: 'adam', scalars: { steps: 17 }, vectors: { mean: new Float32Array(6) } },
};

test('comes back bit for bit, and leaves nothing beside it', async () => {
  await writeCheckpoint(file, checkpoint);
  expect(await readCheckpoint(file)).toEqual(checkpoint);
  expect(await readdir(folder)).toEqual(['1.checkpoint']);
});

test('there is none before the first', async () => {
  expect(await readCheckpoint(file)).toBeNull();
});

test('a later one takes the place of the former', async () => {
  await writeCheckpoint(file, checkpoint);
  await writeCheckpoint(file, { ...checkpoint, step: 18 });
  expect((await readCheckpoint(file))?.step).toBe(18);
});

test('one that was cut is not trusted', async () => {
  await writeCheckpoint(file, checkpoint);
  await truncate(file, 100);
  await expect(readCheckpoint(file)).rejects.toMatchObject({ code: 'checkpoint_corrupt' });
});

test.skipIf(!existsSync('/dev/full'))(
  'a full disk is said to be full and leaves the former one (needs /dev/full)',
  async () => {
    await writeCheckpoint(file, checkpoint);
    const before = await readFile(file);
    await symlink('/dev/full', `${file}.part`);
    await expect(writeCheckpoint(file, checkpoint)).rejects.toMatchObject({ code: 'disk_full' });
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(folder)).toEqual(['1.checkpoint']);
  },
);
