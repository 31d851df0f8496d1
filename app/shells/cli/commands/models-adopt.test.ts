import { expect, test } from 'vitest';
import type { CommandOutput } from '../../../../contract/commands.ts';
import { commandLine } from '../testing/command-line.ts';

type Adoption = CommandOutput<'models.adopt'>;

const person = (personId: number, name: string): Adoption['people'][number] => ({
  ...{ personId, name, photos: 1, present: 0, fromOriginals: 0, fromPortraits: 0 },
  ...{ enrollAgain: false, reasons: [], obstacles: [] },
});

const adoption: Adoption = {
  model: { id: 'mobile', version: '2' },
  former: { id: 'residual', version: '1' },
  dryRun: false,
  people: [
    { ...person(1, 'Ada'), photos: 5, present: 1, fromOriginals: 2, fromPortraits: 1 },
    { ...person(12, 'Bo'), enrollAgain: true, reasons: ['No portrait.', 'Gone.'] },
  ],
  ...{ added: 3, warnings: [], elapsedMs: 5 },
};

const adopt = (result: Partial<Adoption>, ...argv: string[]) =>
  commandLine(['models', 'adopt', ...argv], { 'models.adopt': () => ({ ...adoption, ...result }) });

test('it says per person where the encodings came from, who is missing and how to go back', async () => {
  const { exitCode, stdout, calls } = await adopt({}, 'mobile');
  expect(exitCode).toBe(0);
  expect(calls).toEqual([{ name: 'models.adopt', input: { id: 'mobile', dryRun: false } }]);
  expect(stdout.split('\n')).toEqual([
    'mobile 2 is used from now on, with 3 new templates.',
    '  id  name  photos  had it  original  portrait  not kept',
    '   1  Ada        5       1         2         1         1  known',
    '  12  Bo         1       0         0         0         1  enroll again',
    '1 person must be enrolled again:',
    '  Bo  No portrait. Gone.',
    'To go back to residual 1: likeness models adopt --undo',
    '',
  ]);
});

test('a dry run says what would happen, and not how to go back from it', async () => {
  const { stdout, calls } = await adopt({ dryRun: true }, 'mobile', '--dry-run');
  expect(calls[0]).toMatchObject({ input: { dryRun: true } });
  expect(stdout).toMatch(
    /^mobile 2 would be used from now on, with 3 new templates\. Nothing was changed\.$/mu,
  );
  expect(stdout).toContain('enroll again');
  expect(stdout).not.toContain('--undo');
});

test('without people, and without a former model, there is neither a table nor a way back', async () => {
  const { stdout } = await adopt({ people: [], added: 0, former: null }, 'mobile');
  expect(stdout).toBe('mobile 2 is used from now on, with 0 new templates.\nNobody is enrolled.\n');
});

const undone: CommandOutput<'models.undoAdoption'> = {
  model: { id: 'residual', version: '1' },
  left: { id: 'mobile', version: '2' },
  dryRun: false,
  since: [{ personId: 3, name: 'Cy', photos: 2 }],
  unknown: [
    { personId: 3, name: 'Cy' },
    { personId: 4, name: 'Di' },
  ],
  warnings: [],
};

const undo = (result: Partial<typeof undone>, ...argv: string[]) =>
  commandLine(['models', 'adopt', '--undo', ...argv], {
    'models.undoAdoption': () => ({ ...undone, ...result }),
  });

test('an undo names whoever was enrolled since, and whom the former model does not know', async () => {
  const { stdout, calls } = await undo({});
  expect(calls).toEqual([{ name: 'models.undoAdoption', input: { dryRun: false } }]);
  expect(stdout.split('\n')).toEqual([
    'residual 1 is used again. The templates of mobile 2 are kept.',
    'Enrolled since, and known to mobile 2 only:',
    '  Cy  2 photos',
    'Unknown to residual 1: Cy, Di.',
    '',
  ]);
});

test('an undo that loses nobody says no more than that', async () => {
  const { stdout } = await undo({ since: [], unknown: [], dryRun: true }, '--dry-run');
  expect(stdout).toBe('residual 1 would be used again. Nothing was changed.\n');
});

test.each([
  [[], 'name the encoder to adopt'],
  [['mobile', '--undo'], 'takes no model'],
])('refuses %j before anything is asked', async (argv, words) => {
  const { exitCode, stderr, calls } = await commandLine(['models', 'adopt', ...argv]);
  expect([exitCode, calls]).toEqual([2, []]);
  expect(stderr.toLowerCase()).toContain(words);
});
