import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { LikenessError } from '../../../contract/errors.ts';
import type { CallOptions } from './act.ts';
import { commandLine } from './testing/command-line.ts';
import {
  ada,
  deletion,
  enrollment,
  health,
  identification,
  model,
  verification,
} from './testing/samples.ts';

const json = (text: string): unknown => JSON.parse(text);
const failWith = (error: unknown) => () => {
  throw error;
};

describe('what a program reads', () => {
  test('one JSON object on standard output and nothing beside it', async () => {
    const { exitCode, stdout, stderr } = await commandLine(['identify', 'a.jpg', '--json'], {
      'identification.identify': () => identification,
    });
    expect(exitCode).toBe(0);
    expect(json(stdout)).toEqual(identification);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toBe('');
  });

  test('global options count before and after the command', async () => {
    const fakes = { 'people.list': () => ({ people: [] }) };
    const before = await commandLine(['--json', 'people', 'list'], fakes);
    const after = await commandLine(['people', 'list', '--json'], fakes);
    expect(before.stdout).toBe(after.stdout);
    expect(json(after.stdout)).toEqual({ people: [] });
  });

  test('a deleted person is answered as the person', async () => {
    const { stdout } = await commandLine(['people', 'delete', '1', '--yes', '--json'], {
      'people.delete': () => deletion,
    });
    expect(json(stdout)).toMatchObject({ person: ada, deleted: true });
  });

  test('a failed doctor gives its findings and an error', async () => {
    const sick = { ...health, models: [{ ...model, state: 'corrupt' as const }], ok: false };
    const { exitCode, stdout } = await commandLine(['doctor', '--json'], {
      'diagnostics.doctor': () => sick,
    });
    expect(exitCode).toBe(1);
    expect(json(stdout)).toMatchObject({ ...sick, error: { code: 'model_corrupt' } });
  });
});

describe('exit codes', () => {
  const refusal = new LikenessError('no_face', 'No face was found in a.jpg.', {
    details: { file: 'a.jpg' },
  });

  test('1 with the error as JSON where something is refused', async () => {
    const { exitCode, stdout, stderr } = await commandLine(['enroll', 'Ada', 'a.jpg', '--json'], {
      'enrollment.enroll': failWith(refusal),
    });
    expect(exitCode).toBe(1);
    expect(json(stdout)).toEqual({ error: refusal.toData() });
    expect(stderr).toBe('');
  });

  test('1 with a sentence on standard error for a person', async () => {
    const { exitCode, stdout, stderr } = await commandLine(['enroll', 'Ada', 'a.jpg'], {
      'enrollment.enroll': failWith(refusal),
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe('error: No face was found in a.jpg.\n');
  });

  test('1 with code internal for what nobody expected', async () => {
    const { exitCode, stdout } = await commandLine(['doctor', '--json'], {
      'diagnostics.doctor': failWith(new TypeError('x is not a function')),
    });
    expect(exitCode).toBe(1);
    expect(json(stdout)).toMatchObject({ error: { code: 'internal' } });
  });

  test('1 with code cancelled after Ctrl-C', async () => {
    const controller = new AbortController();
    const { exitCode, stdout } = await commandLine(
      ['import', 'people', '--json'],
      {
        'enrollment.importFolder': (_, { signal }) => {
          controller.abort();
          signal?.throwIfAborted();
          throw new Error('the signal did not arrive');
        },
      },
      { signal: controller.signal },
    );
    expect(exitCode).toBe(1);
    expect(json(stdout)).toMatchObject({ error: { code: 'cancelled' } });
  });

  test.each([
    ['no command', []],
    ['an unknown command', ['enrolll', 'Ada', 'a.jpg']],
    ['an unknown option', ['identify', 'a.jpg', '--best']],
    ['a missing argument', ['verify', 'a.jpg']],
    ['an argument too many', ['detect', 'a.jpg', 'b.jpg']],
    ['an unknown provider', ['detect', 'a.jpg', '--provider', 'abacus']],
    ['a number out of range', ['identify', 'a.jpg', '--top', '0']],
    ['text for a number', ['identify', 'a.jpg', '--threshold', 'tight']],
    ['a picture of no known type', ['detect', 'a.jpg', '--annotate', 'out.bmp']],
    ['an evaluation of nothing', ['evaluate', '--images', 'faces']],
    ['two evaluations at once', ['evaluate', '--images', 'f', '--pairs', 'p.txt', '--all']],
    ['faces and people at once', ['evaluate', '--images', 'f', '--detection', '--all']],
    ['a subcommand missing', ['people']],
  ])('2 for %s, without opening anything', async (_, argv) => {
    const { exitCode, stdout, stderr, calls } = await commandLine([...argv, '--json']);
    expect(exitCode).toBe(2);
    expect(json(stdout)).toMatchObject({ error: { code: 'invalid_input' } });
    expect(stderr).toBe('');
    expect(calls).toEqual([]);
    const forPeople = await commandLine(argv);
    expect(forPeople).toMatchObject({ exitCode: 2, stdout: '' });
    expect(forPeople.stderr).toMatch(/^error: .+\nTry /u);
  });

  test('a misspelled command is answered with the likely one', async () => {
    const { stderr } = await commandLine(['enrolll', 'Ada', 'a.jpg']);
    expect(stderr).toContain('Did you mean enroll?');
  });

  test.each([[['--help']], [['identify', '--help']], [['--version']]])('0 for %j', async (argv) => {
    const { exitCode, stdout, stderr } = await commandLine(argv);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.length).toBeGreaterThan(0);
  });
});

describe('the session', () => {
  const list = { 'people.list': () => ({ people: [] }) };

  test('gets the global options', async () => {
    const argv = ['people', 'list', '--data-dir', 'mine', '--provider', 'cpu', '--encoder', 'mine'];
    const { settings } = await commandLine(argv, list);
    expect(settings).toEqual([
      {
        dataDir: path.resolve('mine'),
        json: false,
        quiet: false,
        force: false,
        provider: 'cpu',
        encoder: 'mine',
      },
    ]);
  });

  test('takes the data folder from the environment', async () => {
    const { settings } = await commandLine(['people', 'list'], list, {
      env: { LIKENESS_DATA_DIR: '/elsewhere' },
    });
    expect(settings[0]?.dataDir).toBe('/elsewhere');
  });

  test('has a data folder of its own without being told', async () => {
    const { settings } = await commandLine(['people', 'list'], list);
    expect(settings[0]?.dataDir).toMatch(/likeness/iu);
  });

  test.each([
    ['done', list],
    ['failed', { 'people.list': failWith(new LikenessError('database_busy', 'Busy.')) }],
  ])('is closed when the command is %s', async (_, fakes) => {
    expect((await commandLine(['people', 'list'], fakes)).open).toBe(0);
  });
});

describe('what services are asked', () => {
  test.each([
    [['people', 'show', '12'], { person: 12 }],
    [['people', 'show', 'Ada'], { person: 'Ada' }],
    [['people', 'show', 'name:12'], { person: '12' }],
  ])('%j', async (argv, input) => {
    const { calls } = await commandLine(argv);
    expect(calls).toEqual([{ name: 'people.show', input }]);
  });

  test.each([
    [[], 'refuse'],
    [['--largest'], 'largest'],
  ])('enrollment with %j', async (options, severalFaces) => {
    const { calls } = await commandLine(['enroll', 'Ada', 'a.jpg', 'b.jpg', ...options], {
      'enrollment.enroll': () => enrollment,
    });
    const images = [{ path: 'a.jpg' }, { path: 'b.jpg' }];
    expect(calls).toEqual([
      { name: 'enrollment.enroll', input: { name: 'Ada', images, severalFaces } },
    ]);
  });

  test.each([
    [['--all', '--max-per-person', '10'], { kind: 'all', maxPerPerson: 10 }],
    [['--all'], { kind: 'all' }],
    [['--pairs', 'pairs.txt'], { kind: 'pairs', file: 'pairs.txt' }],
  ])('an evaluation with %j', async (options, comparisons) => {
    const { calls } = await commandLine(['evaluate', '--images', 'faces', ...options]);
    expect(calls).toEqual([{ name: 'evaluation.run', input: { images: 'faces', comparisons } }]);
  });
});

describe('deleting a person', () => {
  const fakes = {
    'people.show': () => ({
      person: { ...ada, templateList: [], consents: [], impostors: [], lastSeen: null },
    }),
    'people.delete': () => deletion,
  };
  const names = (calls: readonly { readonly name: string }[]) => calls.map(({ name }) => name);

  test('happens after a yes', async () => {
    const { exitCode, calls } = await commandLine(['people', 'delete', 'Ada'], fakes, {
      answer: true,
    });
    expect(exitCode).toBe(0);
    expect(names(calls)).toEqual(['people.show', 'people.delete']);
  });

  test.each([
    [false, 1],
    [null, 2],
  ])('does not happen after the answer %s', async (answer, expected) => {
    const { exitCode, calls } = await commandLine(['people', 'delete', 'Ada'], fakes, { answer });
    expect(exitCode).toBe(expected);
    expect(names(calls)).toEqual(['people.show']);
  });
});

describe('standard error', () => {
  const report = {
    'enrollment.enroll': (_: unknown, { onProgress }: CallOptions) => {
      const stage = 'Enrolling';
      onProgress?.({ stage, done: 0, total: 2 });
      onProgress?.({ stage, done: 1, total: 2, item: 'ada/1.jpg', outcome: 'enrolled' });
      const note = 'No face was found.';
      onProgress?.({ stage, done: 2, total: 2, item: 'ada/2.jpg', outcome: 'refused', note });
      return enrollment;
    },
  };

  test('says what became of each item, also beside JSON', async () => {
    const { stderr } = await commandLine(['enroll', 'Ada', 'a', 'b', '--json'], report);
    expect(stderr).toBe('Enrolling …\nenrolled ada/1.jpg\nrefused ada/2.jpg: No face was found.\n');
  });

  describe('of an enrollment that fails', () => {
    const sentence = 'letter.jpg is no picture.';
    const refused = (message: string, more: readonly string[] = []) => ({
      'enrollment.enroll': (_: unknown, { onProgress }: CallOptions) => {
        const items = [...more, 'letter.jpg'];
        for (const [i, item] of items.entries())
          onProgress?.({
            ...{ stage: 'Enrolling', done: i + 1, total: items.length, item },
            ...{ outcome: 'refused', note: `${item} is no picture.` },
          });
        throw new LikenessError('image_unrecognized', message);
      },
    });
    const enroll = async (fakes: ReturnType<typeof refused>, ...argv: readonly string[]) =>
      (await commandLine(['enroll', 'Ada', 'letter.jpg', ...argv], fakes)).stderr;

    test('says the refusal once', async () => {
      expect(await enroll(refused(sentence))).toBe(`error: ${sentence}\n`);
    });

    test('keeps the line where the error goes elsewhere, or says something else', async () => {
      const line = `refused letter.jpg: ${sentence}\n`;
      expect(await enroll(refused(sentence), '--json')).toBe(line);
      const summary = `None of the 2 photos could be enrolled for Ada. ${sentence}`;
      expect(await enroll(refused(summary, ['note.jpg']))).toBe(
        `refused note.jpg: note.jpg is no picture.\n${line}error: ${summary}\n`,
      );
    });
  });

  test('is silent about progress with --quiet, but not about warnings', async () => {
    const quiet = await commandLine(['enroll', 'Ada', 'a', 'b', '--quiet'], report);
    expect(quiet.stderr).toBe('');
    const warned = await commandLine(['verify', 'a', 'b', '--quiet', '--json'], {
      'verification.verify': () => ({ ...verification, warnings: ['CUDA did not start.'] }),
    });
    expect(warned.stderr).toBe('warning: CUDA did not start.\n');
  });
});
