import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandOutput } from '../../../../contract/commands.ts';
import { commandLine } from '../testing/command-line.ts';

type Run = CommandOutput<'calibration.run'>;

const point = (gallery: number, threshold: number) => ({
  ...{ gallery, wanted: 0.02, threshold, fpir: 0.0198, fnir: 0.05, pairs: 40 },
  ...{ basis: 'observed' as const, measured: { low: 0.011, high: 0.031 } },
  oneGallery: { low: 0, high: 0.05 },
});

const band = { low: 0.4, high: 0.6 };
const calibration: Run['calibration'] = {
  ...{ model: 'residual', version: '1', source: 'gallery', images: null },
  ...{ people: 60, templates: 120, photos: 120, withoutFace: 0, wanted: 0.02 },
  points: [
    point(10, 0.61),
    { ...point(5000, 0.33), basis: 'too-few', oneGallery: null, fnir: null, pairs: 1 },
    { ...point(10, 0.77), wanted: 0.1 },
  ],
  curves: [
    {
      gallery: 10,
      points: [0.5, 0.7].map((threshold) => ({
        ...{ threshold, fpir: 0.02, fpirBand: { low: 0.01, high: 0.03 } },
        ...{ fnir: 0.1, fnirBand: { low: 0.05, high: 0.2 } },
      })),
    },
  ],
  growth: [
    {
      wanted: 0.02,
      points: [1, 10, 100].map((gallery) => ({
        ...{ gallery, threshold: 0.5, band, fnir: null, basis: 'observed' as const },
      })),
    },
  ],
  createdAt: '2026-05-04T08:00:00.000Z',
};
const applied = {
  ...{ fpir: 0.02, threshold: 0.52, people: 60, basis: 'observed' as const },
  calibratedAt: '2026-05-04T08:00:00.000Z',
};
const result: Run = {
  ...{ calibration, applied, warnings: [], elapsedMs: 5 },
  ...{ files: 120, unused: [] },
  alike: [{ people: ['Ada', 'A. Lovelace'], distance: 0.2 }],
};

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'likeness-calibrate-'))));
afterAll(() => rm(folder, { recursive: true }));

const calibrate = (...argv: string[]) =>
  commandLine(['calibrate', ...argv], {
    'calibration.run': () => result,
    'calibration.last': () => ({ calibration: null, applied: null }),
    'calibration.apply': ({ fpir }) => ({ calibration, applied: fpir === null ? null : applied }),
  });

test('calibrates on the enrolled people, and shows thresholds, intervals and what they rest on', async () => {
  const report = path.join(folder, 'calibration.html');
  const { exitCode, stdout, calls } = await calibrate('--fpir', '0.02', '--report', report);
  expect(exitCode).toBe(0);
  expect(calls).toEqual([
    { name: 'calibration.run', input: { source: { kind: 'gallery' }, apply: true, fpir: 0.02 } },
  ]);
  expect(stdout).toMatch(
    /10 +0\.610 +1\.98 % +1\.10 to 3\.10 % +0\.00 to 5\.00 % +5\.00 % +40 pairs/u,
  );
  expect(stdout).toMatch(/5,000 +0\.330 .*1 pair that looks alike; too few people to tell/u);
  expect(stdout).not.toContain('0.770');
  expect(stdout).toContain('Ada and A. Lovelace, 0.200 apart');
  expect(stdout).toContain('for 60 people enrolled now the threshold is 0.520');
  const page = await readFile(report, 'utf8');
  expect(page).toContain('As the gallery grows');
  expect(page.match(/class="curve"/gu)).toHaveLength(2);
  expect(page).not.toContain('Ada');
});

test('calibrates on a folder, measuring only', async () => {
  const { calls } = await calibrate(
    ...[
      '--images',
      '/photos',
      '--templates',
      '3',
      '--sizes',
      '10,1000',
      '--no-apply',
      '--seed',
      '4',
    ],
  );
  expect(calls[0]?.input).toEqual({
    source: { kind: 'images', root: path.resolve('/photos'), templates: 3 },
    ...{ sizes: [10, 1000], apply: false, seed: 4 },
  });
});

test('shows, applies and takes back what is kept', async () => {
  expect((await calibrate('--show')).stdout).toContain('Nothing is calibrated');
  const stored = await calibrate('--stored', '--fpir', '0.02');
  expect(stored.calls).toEqual([{ name: 'calibration.apply', input: { fpir: 0.02 } }]);
  expect(stored.stdout).toContain('keeps to 2.00 %');
  const reset = await calibrate('--reset');
  expect(reset.calls).toEqual([{ name: 'calibration.apply', input: { fpir: null } }]);
  expect(reset.stdout).toContain("the model's own threshold");
});

test.each([
  [['--fpir', '0.7'], 'from 0.0001 to 0.5'],
  [['--sizes', '10,none'], 'whole number'],
  [['--gallery', '--images', 'x'], 'cannot be used with'],
])('refuses %j', async (argv, message) => {
  const { exitCode, stderr, calls } = await calibrate(...argv);
  expect([exitCode, calls]).toEqual([2, []]);
  expect(stderr).toContain(message);
});

test('as JSON everything is there', async () => {
  const { stdout } = await calibrate('--json');
  expect(JSON.parse(stdout)).toEqual(result);
});
