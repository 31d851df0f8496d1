import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandOutput } from '../../../../contract/commands.ts';
import { commandLine } from '../testing/command-line.ts';

const measured = (eer: number) => ({
  ...{ mated: 100, nonMated: 5000, eer, accuracy: 1 - eer },
  tar: [0.01, 0.001].map((far) => ({ far, tar: 0.9 })),
});

const epoch = (number: number, mining: string | null) => ({
  ...{ epoch: number, mining, loss: mining && 0.25, active: mining && 0.5 },
  ...{ validation: measured(0.3), probes: null },
});

const outcome = {
  model: { id: 'mine', bytes: 985_000, sha256: 'a'.repeat(64) },
  ...{ files: 9, unused: [] },
  ...{ startedFrom: 'compact', photos: 9, withoutFace: 1, contradictory: ['a/1.jpg', 'b/1.jpg'] },
  ...{ repeated: [], faces: { training: 4, validation: 1, test: 1 }, negativesOnly: 2 },
  ...{ parameters: 500_000, trained: 500_000, camera: 'good', best: 1, seconds: 60 },
  curve: [epoch(0, null), epoch(1, 'batch-all')],
  test: {
    before: { clean: measured(0.4), probes: null },
    after: { clean: measured(0.2), probes: null },
  },
} as CommandOutput<'training.triplets'>;

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'likeness-report-'))));
afterAll(() => rm(folder, { recursive: true }));

const run = (...argv: string[]) =>
  commandLine(['train', 'encoder', '--images', 'a', ...argv], {
    'training.triplets': () => outcome,
  });

test('without a teacher it trains with triplets, and writes the curves', async () => {
  const report = path.join(folder, 'curves.html');
  const { exitCode, stdout, calls } = await run(
    ...['--architecture', 'compact', '--id', 'mine', '--pull', '0', '--report', report],
  );

  expect(exitCode).toBe(0);
  expect(calls[0]).toMatchObject({
    name: 'training.triplets',
    input: { start: { kind: 'architecture', name: 'compact' }, pull: 0, id: 'mine' },
  });
  expect(stdout).toContain('2 people, used as negatives only');
  expect(stdout).toContain('the same picture under two names: a/1.jpg, b/1.jpg');
  expect(stdout).toMatch(/after +20\.00 % +80\.00 %/u);
  const page = await readFile(report, 'utf8');
  for (const title of ['Loss', 'Active triplets', 'Validation']) expect(page).toContain(title);
  expect(page.match(/class="curve"/gu)).toHaveLength(3);
});

test('it begins with the built-in encoder where nothing else is said', async () => {
  const { calls } = await run();
  expect(calls[0]).toMatchObject({ input: { start: { kind: 'model', id: 'encoder-likeness' } } });
});

test('a teacher and triplets exclude each other', async () => {
  expect((await run('--teacher', 't', '--camera', 'bad')).exitCode).not.toBe(0);
  expect((await run('--from', 'm', '--architecture', 'compact')).exitCode).toBe(2);
});
