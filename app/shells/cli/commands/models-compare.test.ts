import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ComparedEncoder, ModelComparison } from '../../../../contract/models.ts';
import { commandLine } from '../testing/command-line.ts';

const encoder = (id: string, eer: number): ComparedEncoder => ({
  ...{ id, version: '1', dimension: 128, bytes: 11_400_000, milliseconds: 8.25, eer },
  ...{ accuracy: 1 - eer, threshold: 0.9 + eer },
  tar: [0.01, 0.001].map((far) => ({ far, tar: 1 - eer })),
  curve: [0, 0.25, 0.5, 0.75, 1].map((x) => ({
    threshold: x,
    fmr: x,
    fnmr: Math.max(0, 4 * eer - x),
  })),
});

const result: ModelComparison = {
  ...{ files: 1300, unused: [] },
  ...{ source: 'gallery', images: null, photos: 1300, unusable: 2, faces: 1298, people: 400 },
  ...{ peopleWithTwo: 300, mated: 2000, nonMated: 839_000, timed: 24, resamples: 500 },
  encoders: [encoder('residual', 0.0275), encoder('mobile', 0.02)],
  difference: {
    eer: { value: -0.0075, interval: { low: -0.011, high: -0.004 } },
    tar: [0.01, 0.001].map((far) => ({
      ...{ far, value: 0.0075, interval: { low: -0.001, high: 0.014 } },
    })),
  },
  verdict: { kind: 'better', id: 'mobile' },
  ...{ provider: 'cpu', warnings: [], elapsedMs: 61_000 },
};

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'likeness-compare-'))));
afterAll(() => rm(folder, { recursive: true }));

const compare = (change: Partial<ModelComparison>, ...argv: string[]) =>
  commandLine(['models', 'compare', 'residual', 'mobile', ...argv], {
    'models.compare': () => ({ ...result, ...change }),
  });

test('it compares on the people enrolled, and shows figures, differences and a verdict', async () => {
  const { exitCode, stdout, calls } = await compare({});
  expect(exitCode).toBe(0);
  const input = { a: 'residual', b: 'mobile', source: { kind: 'gallery' } };
  expect(calls).toEqual([{ name: 'models.compare', input }]);
  expect(stdout.split('\n')).toEqual([
    '1,298 faces of 400 people (the people enrolled): 2,000 mated pairs, 839,000 non-mated pairs; 2 photos of 1,300 could not be used',
    '                          residual   mobile  difference  95 % of resamples',
    'Equal error rate            2.75 %   2.00 %       −0.75     −1.10 to −0.40',
    'TAR at FAR 1 %             97.25 %  98.00 %       +0.75     −0.10 to +1.40',
    'TAR at FAR 0.1 %           97.25 %  98.00 %       +0.75     −0.10 to +1.40',
    'Accuracy, best threshold   97.25 %  98.00 %',
    'at distance                  0.927    0.920',
    'Milliseconds per face          8.3      8.3',
    'Dimension                      128      128',
    'File                       11.4 MB  11.4 MB',
    'By the equal error rate, mobile separates these people better.',
    '1 min 1 s on CPU; times: 24 faces, one after the other',
    '',
  ]);
});

test('it compares on a folder, with a limit and a seed', async () => {
  const limits = ['--max-per-person', '5', '--seed', '7'];
  const { calls, stdout } = await compare(
    { source: 'images', images: '/people' },
    ...['--images', '/people', ...limits],
  );
  expect(calls[0]!.input).toEqual({
    ...{ a: 'residual', b: 'mobile', seed: 7 },
    source: { kind: 'images', root: path.resolve('/people'), maxPerPerson: 5 },
  });
  expect(stdout).toContain('(/people)');
});

const without = {
  eer: { value: 0, interval: null },
  tar: result.difference.tar.map(({ far, value }) => ({ far, value, interval: null })),
};

test.each([
  [{ verdict: { kind: 'undecided' } }, 'neither separates these people better for certain.'],
  [
    { verdict: { kind: 'too-few-people', needed: 10 }, difference: without, resamples: 0 },
    'Too few people for a verdict: it takes 10 with two photos each.',
  ],
] as const satisfies readonly (readonly [Partial<ModelComparison>, string])[])(
  'it says what %j means',
  async (change, sentence) => {
    const report = path.join(folder, 'doubt.html');
    const { stdout } = await compare(change, '--force', '--report', report);
    expect(stdout).toContain(sentence);
    const page = await readFile(report, 'utf8');
    expect(page.toLowerCase()).toContain(
      sentence.slice(0, 'neither separates'.length).toLowerCase(),
    );
    expect(page).not.toMatch(/NaN|Infinity|undefined|null/u);
  },
);

test('the page has the figures, and both curves in each chart', async () => {
  const report = path.join(folder, 'comparison.html');
  await compare({}, '--report', report);
  const page = await readFile(report, 'utf8');
  expect(page).toContain('mobile separates these people better');
  for (const shown of ['−1.10 to −0.40', '839,000', '11.4 MB', '8.3', '500 resamples'])
    expect(page).toContain(shown);
  expect(page.match(/<svg/gu)).toHaveLength(2);
  expect(page.match(/class="curve"/gu)).toHaveLength(2);
  expect(page.match(/class="curve second"/gu)).toHaveLength(2);
  expect(page).not.toMatch(/NaN|Infinity|undefined|null/u);
  expect(page).not.toMatch(/(src|href)="(?!data:)|@import|url\(|<script/u);
});

test('as JSON everything is there', async () => {
  const { stdout } = await compare({}, '--json');
  expect(JSON.parse(stdout)).toEqual(result);
});

test.each([
  [['compare', 'residual'], 'missing required argument'],
  [['compare', 'a', 'b', '--gallery', '--images', 'x'], 'cannot be used with'],
  [['compare', 'a', 'b', '--max-per-person', '1'], 'from 2 up'],
  [['compare', 'a', 'b', '--max-per-person', '3'], 'goes with --images'],
  [['compare', 'a', 'b', '--report', 'r.pdf'], '.html'],
])('refuses %j', async (argv, words) => {
  const { exitCode, stderr, calls } = await commandLine(['models', ...argv]);
  expect([exitCode, calls]).toEqual([2, []]);
  expect(stderr.toLowerCase()).toContain(words);
});
