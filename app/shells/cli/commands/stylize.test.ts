import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PaintingSettings, type PaintingJob } from '../../../../contract/paintings.ts';
import { commandLine, type Fakes } from '../testing/command-line.ts';

const output = path.resolve('out.png');
const losses = { content: 1, style: 2, totalVariation: 3 };
const result = {
  ...{ output, width: 512, height: 341, encoder: 'vgg19', provider: 'cpu' as const, steps: 900 },
  ...{ losses, elapsedMs: 65_000, secondsPerStep: 0.07, peakMemoryMb: 812 },
  ...{ predictedMemoryMb: 790, tiles: 1, warnings: [] },
};
const settings = PaintingSettings.parse({ content: 'a.jpg', styles: [{ path: 'b.jpg' }] });
const job: PaintingJob = {
  ...{ id: 4, state: 'done', settings, output, progress: null, result, error: null },
  createdAt: '2026-03-01T10:00:00.000Z',
  updatedAt: '2026-03-01T10:00:00.000Z',
};
const estimate = {
  ...{ width: 512, height: 341, encoder: 'filter-bank', trained: false },
  ...{ steps: 900, tiles: 6, memoryMb: 790, seconds: 70 },
};

const fakes = (more: Fakes = {}): Fakes => ({
  'paintings.estimate': () => ({ estimate, warnings: ['mask.png was scaled.'] }),
  'paintings.create': () => ({ job: { ...job, state: 'queued', result: null } }),
  'paintings.wait': () => ({ job }),
  ...more,
});

const stylize = (words: string, more: Fakes = {}) =>
  commandLine(['stylize', ...words.split(' ')], fakes(more));

const inputOf = (outcome: Awaited<ReturnType<typeof stylize>>, command: string) =>
  outcome.calls.find(({ name }) => name === command)?.input;

describe('a new painting', () => {
  test('says first what it takes, and then what came out', async () => {
    const outcome = await stylize('a.jpg b.jpg -o out.png');
    expect(outcome.exitCode).toBe(0);
    expect(outcome.calls.map(({ name }) => name)).toEqual([
      'paintings.estimate',
      'paintings.create',
      'paintings.wait',
    ]);
    const painting = { content: 'a.jpg', styles: [{ path: 'b.jpg' }] };
    expect(inputOf(outcome, 'paintings.create')).toEqual({ settings: painting, output: 'out.png' });
    expect(outcome.stderr).toContain('512×341 pixels with filter-bank (untrained), in 6 tiles');
    expect(outcome.stderr).toContain('about 790 MB and 1 min 10 s');
    expect(outcome.stderr).toContain('mask.png was scaled.');
    expect(outcome.stdout).toContain('out.png');
    expect(outcome.stdout).toContain('content 1.00, style 2.00, total variation 3.00');
  });

  test('is one object with --json', async () => {
    const { stdout } = await stylize('a.jpg b.jpg -o out.png --json --quiet');
    expect(JSON.parse(stdout)).toEqual(result);
  });

  test('takes every option', async () => {
    const outcome = await stylize(
      'a.jpg b.jpg c.jpg -o out.tif --size 3000 --steps 300 --style-strength 2 --style-scale 0.5 ' +
        '--weights 1,0.25 --content-layer relu3_1 --style-layers relu1_1=2,relu2_1 ' +
        '--keep-colors luminance --mask m.png n.png --init start.png --seed 7 --optimizer lbfgs ' +
        '--loss swd --memory-budget 1500 --encoder vgg19 --preview p.jpg',
    );
    expect(inputOf(outcome, 'paintings.create')).toEqual({
      output: 'out.tif',
      previewFile: 'p.jpg',
      settings: {
        content: 'a.jpg',
        styles: [
          { path: 'b.jpg', weight: 1, mask: 'm.png' },
          { path: 'c.jpg', weight: 0.25, mask: 'n.png' },
        ],
        ...{ size: 3000, steps: 300, styleStrength: 2, styleScale: 0.5, encoder: 'vgg19' },
        ...{ contentLayer: 'relu3_1', styleLayers: { relu1_1: 2, relu2_1: 1 } },
        ...{ keepColors: 'luminance', initial: { path: 'start.png' }, seed: 7 },
        ...{ optimizer: 'lbfgs', loss: 'swd', memoryBudgetMb: 1500 },
      },
    });
  });

  test.each([
    ['a.jpg b.jpg', '-o'],
    ['a.jpg -o out.png', 'style'],
    ['-o out.png', 'photo'],
    ['a.jpg b.jpg -o out.gif', '.png'],
    ['a.jpg b.jpg -o out.png --size 8', '32'],
    ['a.jpg b.jpg -o out.png --weights 1,2', 'for 1 styles'],
    ['a.jpg b.jpg c.jpg -o out.png --mask m.png', 'for 2 styles'],
    ['a.jpg b.jpg -o out.png --style-layers =3', 'relu1_1=1'],
    ['a.jpg b.jpg -o out.png --keep-colors all', 'luminance'],
  ])('is refused as wrong usage: %s', async (words, reason) => {
    const { exitCode, stderr, calls } = await stylize(words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(reason);
    expect(calls).toEqual([]);
  });

  test('gives the error that it failed with', async () => {
    const error = { code: 'disk_full' as const, message: 'The disk is full.', details: {} };
    const failed = { job: { ...job, state: 'failed' as const, result: null, error } };
    const { exitCode, stderr } = await stylize('a.jpg b.jpg -o out.png', {
      'paintings.wait': () => failed,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('The disk is full.');
  });

  test('says so where somebody else has cancelled it', async () => {
    const outcome = await stylize('a.jpg b.jpg -o out.png --json', {
      'paintings.wait': () => ({ job: { ...job, state: 'cancelled', result: null } }),
    });
    expect(JSON.parse(outcome.stdout)).toMatchObject({ error: { code: 'cancelled' } });
  });
});

describe('--resume', () => {
  const progress = { step: 30, steps: 900, losses, secondsLeft: 60 };
  const left: PaintingJob = { ...job, state: 'paused', result: null, progress };
  const others: PaintingJob[] = [
    { ...left, id: 9, output: '/elsewhere.png' },
    { ...left, id: 8, state: 'done' },
    left,
  ];
  const more: Fakes = {
    'paintings.list': () => ({ jobs: others }),
    'paintings.resume': () => ({ job: left }),
  };

  test('goes on with the unfinished painting of the output', async () => {
    const outcome = await stylize('a.jpg b.jpg -o out.png --resume', more);
    expect(inputOf(outcome, 'paintings.resume')).toEqual({ id: 4 });
    expect(inputOf(outcome, 'paintings.create')).toBeUndefined();
    expect(outcome.stderr).toContain('painting 4 at step 30 of 900');
  });

  test('goes on with the latest where no output is given', async () => {
    expect(inputOf(await stylize('--resume', more), 'paintings.resume')).toEqual({ id: 9 });
  });

  test('begins anew where nothing is left over', async () => {
    const outcome = await stylize('a.jpg b.jpg -o new.png --resume', more);
    expect(outcome.stderr).toContain('painted from the start');
    expect(inputOf(outcome, 'paintings.create')).toMatchObject({ output: 'new.png' });
  });
});

test('--replay takes the settings from the painting', async () => {
  const outcome = await stylize('--replay old.png -o again.png', {
    'paintings.recall': () => ({ settings }),
  });
  expect(inputOf(outcome, 'paintings.recall')).toEqual({ picture: 'old.png' });
  expect(inputOf(outcome, 'paintings.create')).toEqual({ settings, output: 'again.png' });
});
