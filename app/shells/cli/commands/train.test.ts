import path from 'node:path';
import { expect, test } from 'vitest';
import type { CommandOutput } from '../../../../contract/commands.ts';
import { commandLine } from '../testing/command-line.ts';

const separation = {
  mated: 100,
  nonMated: 5000,
  tar: [0.01, 0.001].map((far) => ({ far, tar: 0.9 })),
  eer: 0.02,
};

const outcome: CommandOutput<'training.encoder'> = {
  model: { id: 'mine', bytes: 11_400_000, sha256: 'a'.repeat(64) },
  photos: 120,
  ...{ files: 120, unused: [] },
  withoutFace: 3,
  faces: { training: 80, validation: 12, test: 25 },
  parameters: 5_700_000,
  trained: 655_488,
  curve: [{ epoch: 0, loss: null, cosine: null, validation: separation }],
  test: { former: { ...separation, eer: 0.03 }, trained: separation, teacher: null },
  seconds: 75,
};

test('train encoder asks for what was given, and says what came of it', async () => {
  const argv = ['train', 'encoder', '--teacher', 'mobilefacenet', '--images', 'a', 'b'];
  const options = ['--id', 'mine', '--work', '/tmp/w', '--epochs', '2', '--test', '0'];
  const { exitCode, stdout, calls } = await commandLine([...argv, ...options], {
    'training.encoder': () => outcome,
  });

  expect(exitCode).toBe(0);
  expect(calls).toEqual([
    {
      name: 'training.encoder',
      input: {
        teacher: 'mobilefacenet',
        id: 'mine',
        images: [path.resolve('a'), path.resolve('b')],
        work: path.resolve('/tmp/w'),
        epochs: 2,
        test: 0,
      },
    },
  ]);
  expect(stdout).toContain('Trained mine (11.4 MB).');
  expect(stdout).toContain('655,488 of 5,700,000');
  expect(stdout).toMatch(/trained +90\.0 % +90\.0 %/u);
  expect(stdout).toContain('likeness models use mine');
});

test.each([
  ['--batch', '1'],
  ['--learning-rate', 'fast'],
  ['--test', '-1'],
])('train encoder refuses %s %s', async (option, value) => {
  const argv = ['train', 'encoder', '--teacher', 't', '--images', 'a', option, value];
  expect((await commandLine(argv)).exitCode).toBe(2);
});
