import { mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { fillDisk, mountSmallDisk } from '../../foundation/files/testing/small-disk.ts';
import type { Checkpoint } from './checkpoint.ts';
import { readCheckpoint, writeCheckpoint } from './painting-run.ts';

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
  optimizer: { kind: 'adam', scalars: { steps: 17 }, vectors: { mean: new Float32Array(6) } },
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

test('a full disk is said to be full and leaves the former one', async ({ skip }) => {
  const disk = path.join(folder, 'disk');
  if (!mountSmallDisk(disk, 1 << 20)) return skip('mounting a small disk is not allowed');
  const full = path.join(disk, '1.checkpoint');
  await writeCheckpoint(full, checkpoint);
  const before = await readFile(full);
  const empty = fillDisk(disk);
  await expect(writeCheckpoint(full, checkpoint)).rejects.toMatchObject({ code: 'disk_full' });
  empty();
  expect(await readFile(full)).toEqual(before);
  expect(await readdir(disk)).toEqual(['1.checkpoint']);
});

test('a link that somebody has put beside it leads nowhere', async () => {
  const victim = path.join(folder, 'diary');
  await writeFile(victim, 'Dear diary');
  await symlink(victim, `${file}.part`);
  await writeCheckpoint(file, checkpoint);
  expect(await readFile(victim, 'utf8')).toBe('Dear diary');
});
