import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reliability, VerifierTraining } from '../../../../contract/verifier.ts';
import { commandLine } from '../testing/command-line.ts';

const part = (people: number) => ({ people, photos: 2 * people, mated: people, nonMated: 4000 });

const bin = (from: number, stated: number | null, observed: number | null) => ({
  ...{ from, to: from + 0.5, mated: 30, nonMated: 1200, share: 0.5, stated, observed },
});

const reliability = (brier: number, ece: number, accuracy: number): Reliability => ({
  bins: [bin(0, 0.125, 0.25), bin(0.5, null, null)],
  ...{ brier, ece, accuracy },
});

const trained: VerifierTraining = {
  ...{ encoder: 'residual', file: '/models/verifiers/residual.json' },
  ...{ files: 1300, unused: [] },
  ...{ photos: 1300, withoutFace: 3, copies: 1, single: 1, prior: 0.5 },
  contradictions: [['Ada/1.jpg', 'Bo & Co/1.jpg']],
  parts: { training: part(100), validation: part(1), calibration: part(20), test: part(40) },
  candidates: [
    { form: 'absolute-difference', penalty: 0.1, validationLoss: 0.05213, chosen: false },
    { form: 'chi-square', penalty: null, validationLoss: 0.04811, chosen: true },
  ],
  test: reliability(0.0061, 0.0052, 0.992),
  before: reliability(0.0111, 0.0307, 0.9871),
  ...{ thresholdAccuracy: 0.9919, bestThresholdAccuracy: 0.9943, seconds: 75, warnings: [] },
};

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'likeness-verifier-'))));
afterAll(() => rm(folder, { recursive: true }));

const train = (result: Partial<VerifierTraining>, ...argv: string[]) =>
  commandLine(['train', 'verifier', '--images', 'photos', ...argv], {
    'training.verifier': () => ({ ...trained, ...result }),
  });

test('it asks for what was given, and says what came of it', async () => {
  const options = ['--model', 'residual', '--seed', '4', '--validation', '0.2', '--test', '0.3'];
  const { exitCode, stdout, calls } = await train({}, ...options);
  expect(exitCode).toBe(0);
  const images = path.resolve('photos');
  expect(calls).toEqual([
    {
      name: 'training.verifier',
      input: { images, model: 'residual', seed: 4, validation: 0.2, test: 0.3 },
    },
  ]);
  expect(stdout.split('\n')).toEqual([
    'Verifier of residual: /models/verifiers/residual.json',
    '1,300 photos, 3 without a usable face; 1 person with one photo, used against others only',
    'training     100 people  200 photos  100 mated pairs  4,000 non-mated pairs',
    'validation   1 person    2 photos    1 mated pair     4,000 non-mated pairs',
    'calibration  20 people   40 photos   20 mated pairs   4,000 non-mated pairs',
    'test         40 people   80 photos   40 mated pairs   4,000 non-mated pairs',
    'absolute-difference  penalty 0.1  0.0521',
    'chi-square           one weight   0.0481  kept',
    'On people who took no part, mated and non-mated pairs weighing the same:',
    'Expected calibration error  0.0052   before 0.0307',
    'Brier score                 0.0061   before 0.0111',
    'Accuracy at one half        99.20 %  before 98.71 %',
    'Accuracy of a distance      99.19 %  threshold of other people',
    '                            99.43 %  best threshold on these very pairs',
    '1 min 15 s',
    '',
  ]);
});

test('the page shows both reliabilities, bin by bin, and what was left out', async () => {
  const report = path.join(folder, 'verifier.html');
  await train({}, '--report', report);
  const page = await readFile(report, 'utf8');
  expect(page.match(/<svg/gu)).toHaveLength(2);
  for (const title of ['Reliability of the verifier', 'Reliability of the former curve'])
    expect(page).toContain(`aria-label="${title}"`);
  for (const shown of ['0.0052', '0.0307', '0.0061', '99.20 %', '99.19 %', '1,200', '12.5 %'])
    expect(page).toContain(shown);
  expect(page).toContain('Ada/1.jpg = Bo &amp; Co/1.jpg');
  expect(page).not.toMatch(/NaN|Infinity|undefined|null/u);
  expect(page).not.toMatch(/(src|href)="(?!data:)|@import|url\(|<script/u);
});

test('the page says nothing of photos under two names where there are none', async () => {
  const report = path.join(folder, 'clean.html');
  await train({ contradictions: [] }, '--report', report);
  expect(await readFile(report, 'utf8')).not.toContain('under two names');
});

test.each([
  [[], '--images'],
  [['--images', 'a', '--test', '0'], 'above 0'],
  [['--images', 'a', '--seed', '-1'], 'whole number'],
  [['--images', 'a', '--report', 'page.pdf'], '.html'],
])('refuses %j', async (argv, words) => {
  const { exitCode, stderr, calls } = await commandLine(['train', 'verifier', ...argv]);
  expect([exitCode, calls]).toEqual([2, []]);
  expect(stderr).toContain(words);
});
