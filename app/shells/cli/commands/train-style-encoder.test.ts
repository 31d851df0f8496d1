import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandOutput } from '../../../../contract/commands.ts';
import { commandLine } from '../testing/command-line.ts';

const layers = (gram: number) =>
  ['relu1_1', 'relu3_4'].map((layer) => ({ layer, features: 2 * gram, gram }));

const outcome: CommandOutput<'training.styleEncoder'> = {
  model: { id: 'brush', bytes: 725_000, sha256: 'a'.repeat(64) },
  ...{ teacher: 'vgg19', pictures: { training: 570, validation: 30 } },
  ...{ files: 1, unused: [] },
  ...{ unreadable: ['/photos/broken.jpg'], leftOut: 0, parameters: 370_000 },
  flopsPerPixel: { student: 87_000, teacher: 446_000 },
  curve: [
    { step: 0, loss: null, layers: layers(0.9) },
    { step: 250, loss: 1.5, layers: layers(0.1) },
    { step: 500, loss: 0.7, layers: layers(0.0123) },
  ],
  seconds: 95,
};

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'likeness-report-'))));
afterAll(() => rm(folder, { recursive: true }));

const run = (...argv: string[]) =>
  commandLine(['train', 'style-encoder', ...argv], { 'training.styleEncoder': () => outcome });

test('it says how large the student is and how near it came, and writes the curves', async () => {
  const report = path.join(folder, 'curves.html');
  const { exitCode, stdout, calls } = await run(
    ...['--images', 'photos', '--id', 'brush', '--steps', '500', '--report', report],
  );

  expect(exitCode).toBe(0);
  expect(calls[0]).toMatchObject({
    name: 'training.styleEncoder',
    input: { id: 'brush', steps: 500, images: [path.resolve('photos')] },
  });
  expect(stdout).toContain('19.5 % of that of vgg19');
  expect(stdout).toContain('1 file (broken.jpg)');
  expect(stdout).toMatch(/step 500 +1\.23 % +1\.23 %/u);
  const page = await readFile(report, 'utf8');
  for (const title of ['Loss', 'Gram matrix at relu1_1', 'Gram matrix at relu3_4'])
    expect(page).toContain(title);
  expect(page.match(/class="curve"/gu)).toHaveLength(3);
});

test('numbers beyond their limits are refused before anything runs', async () => {
  const photos = ['--images', 'photos'];
  expect(await run(...photos, '--gram-weight', '-1')).toMatchObject({ exitCode: 2, calls: [] });
  expect(await run(...photos, '--side', '16')).toMatchObject({ exitCode: 2, calls: [] });
  expect(await run()).toMatchObject({ exitCode: 2, calls: [] });
});
