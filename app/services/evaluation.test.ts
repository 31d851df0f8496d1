import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { commands, type CommandOutput, type CommandPayload } from '../../contract/commands.ts';
import { LikenessError } from '../../contract/errors.ts';
import { latestEvaluation, openStore } from '../../db/store.ts';
import type { HostMethod, HostPayload, HostResult } from '../../contract/host.ts';
import type { Evidence } from '../../native-models/evaluation/verifier.ts';
import type { ModelHost, RequestOptions } from '../model-host/types.ts';
import { answerStudy } from './testing/fake-studio.ts';
import type { CallOptions, ServiceContext } from './context.ts';
import { runEvaluation } from './evaluation.ts';

type Evaluation = CommandOutput<'evaluation.run'>;

let root: string;
beforeEach(async () => (root = await mkdtemp(path.join(tmpdir(), 'likeness-evaluation-'))));
afterEach(() => rm(root, { recursive: true }));

const encoder = {
  id: 'position',
  version: '1',
  dimension: 1,
  thresholds: { verification: 1, identification: 1 },
  probability: { midpoint: 1, slope: 1 },
};

/** Photos are text files with a number, which is their encoding; "none" has no face in it. */
class PositionHost implements Pick<ModelHost, 'request'> {
  readonly positions = new Map<string, string>();
  odds = 20;
  inFlight = 0;
  mostInFlight = 0;

  async request<M extends HostMethod>(
    method: M,
    payload: HostPayload<M>,
    options: RequestOptions = {},
  ): Promise<HostResult<M>> {
    if (method === 'warmUp')
      return { provider: 'cpu', encoder, warnings: ['slow'] } as unknown as HostResult<M>;
    if (method === 'measureRecognition') {
      const study = payload as HostPayload<'measureRecognition'>;
      return await answerStudy(method, study, options, this.#evidence);
    }
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.inFlight--;
    const { image, encode, subject } = payload as HostPayload<'analyze'>;
    expect({ encode, subject }).toEqual({ encode: 'principal', subject: 'central' });
    const content = this.positions.get('path' in image ? image.path : image.name)!;
    if (content === 'damaged') throw new LikenessError('image_truncated', 'It ends too early.');
    if (content === 'crash') throw new LikenessError('host_crashed', 'It died.');
    const faces = content === 'none' ? [] : [{ encoding: Float32Array.of(Number(content)) }];
    const principal = faces.length === 0 ? null : 0;
    return { faces, principal, encoder } as unknown as HostResult<M>;
  }

  /** Certain that positions less than 5 apart are one person's, and that others are not. */
  readonly #evidence: Evidence = {
    source: 'verifier',
    logOdds: ([x], [y]) => (Math.abs(x! - y!) < 5 ? 1 : -1) * this.odds,
    warnings: ['slow', 'approximate'],
  };
}

async function photograph(people: Readonly<Record<string, readonly (number | string)[]>>) {
  const host = new PositionHost();
  for (const [person, positions] of Object.entries(people)) {
    await mkdir(path.join(root, person));
    for (const [index, position] of positions.entries()) {
      const number = String(index + 1).padStart(4, '0');
      const file = path.join(root, person, `${person}_${number}.${index === 1 ? 'PNG' : 'jpg'}`);
      await writeFile(file, '');
      host.positions.set(file, String(position));
    }
  }
  return host;
}

async function evaluate(
  host: PositionHost,
  comparisons: CommandPayload<'evaluation.run'>['comparisons'],
  call: CallOptions = {},
): Promise<Evaluation> {
  const store = openStore({ dataDir: path.join(root, '.data') });
  onTestFinished(() => store.close());
  const context = { host, studio: host, store, now: () => new Date() } as unknown as ServiceContext;
  const result = await runEvaluation(context, { images: root, comparisons }, call);
  const kept = store.read((tables) => latestEvaluation(tables, encoder));
  expect(JSON.parse(kept!.result)).toEqual({ ...result, failedPhotos: [], unused: [] });
  expect(commands['evaluation.run'].output.parse(result)).toEqual(result);
  return result;
}

async function pairsFile(...lines: readonly string[]) {
  const file = path.join(root, 'pairs.txt');
  await writeFile(file, lines.join('\n'));
  return { kind: 'pairs', file } as const;
}

describe('evaluation.run on pairs', () => {
  it('reads each photo once, in any format, and compares as the file says', async () => {
    const host = await photograph({ Ann: [0, 1, 50], Bob: [10, 12], Cy: [30] });
    const progress: string[] = [];
    const result = await evaluate(
      host,
      await pairsFile('1\t2', 'Ann\t1\t2', 'Bob\t1\t2', 'Ann\t1\tBob\t1', 'Bob\t1\tCy\t1'),
      { onProgress: ({ item }) => item !== undefined && progress.push(item) },
    );
    const warnings = ['slow', 'approximate'];
    expect(result).toMatchObject({ model: 'position', provider: 'cpu', warnings });
    expect(result).toMatchObject({ pairs: 4, mated: 2, nonMated: 2, photos: 5, failures: 0 });
    expect(result).toMatchObject({ eer: 0, identification: null });
    expect(result.tarAtFar).toEqual({ '0.01': 1, '0.001': 1, '0.0001': 1 });
    expect(result.thresholdAtFar['0.01']).toBeCloseTo(10, 5);
    expect(result.facesPerSecond).toBeGreaterThan(0);
    expect(progress).toHaveLength(5);
    expect(progress).toContain('Bob/Bob_0002.PNG');
  });

  it('loses pairs whose photo has no face or is damaged, and says which', async () => {
    const host = await photograph({ Ann: [0, 1], Bob: [10, 'none'], Cy: ['damaged', 30] });
    const result = await evaluate(
      host,
      await pairsFile(
        ...['1\t3', 'Ann\t1\t2', 'Bob\t1\t2', 'Cy\t1\t2'],
        ...['Ann\t1\tBob\t1', 'Ann\t2\tBob\t2', 'Bob\t1\tCy\t2'],
      ),
    );
    expect(result.failedPhotos.toSorted()).toEqual(['Bob/Bob_0002.PNG', 'Cy/Cy_0001.jpg']);
    expect(result).toMatchObject({ failures: 2, failedPairs: { mated: 2, nonMated: 1 } });
    expect(result.tarAtFar['0.01']).toBeCloseTo(1 / 3, 12);
  });

  it('refuses a pairs file made for other photos', async () => {
    const host = await photograph({ Ann: [0, 1], Bob: [1] });
    const pairs = await pairsFile('1\t1', 'Ann\t1\t7', 'Ann\t1\tBob\t1');
    await expect(evaluate(host, pairs)).rejects.toMatchObject({
      code: 'file_not_found',
      message: expect.stringContaining('Line 2 of the pairs file') as unknown,
      details: { line: 2 },
    });
  });
});

describe('the probability that is shown', () => {
  /** Of eight mated pairs one is far apart, of the eight others two are near each other. */
  const people = {
    ...{ Ann: [0, 1], Bob: [100, 101], Cy: [200, 201], Di: [300, 301], Ed: [400, 401] },
    ...{ Flo: [500, 501], Guy: [600, 601], Hal: [700, 750], Ida: [0, 'none'] },
  };
  const mated = ['Ann', 'Bob', 'Cy', 'Di', 'Ed', 'Flo', 'Guy', 'Hal'].map((p) => `${p}\t1\t2`);
  const nonMated = ['Ann', 'Bob', 'Cy', 'Di', 'Ed', 'Flo'].map((p) => `${p}\t1\tGuy\t1`);
  const near = ['Ann\t1\tIda\t1', 'Ann\t2\tIda\t1'];

  it('is held against the truth, pair by pair, as the host weighs them', async () => {
    const host = await photograph(people);
    host.odds = Math.log(9);
    const pairs = await pairsFile('1\t8', ...mated, ...nonMated, ...near);
    const { reliability } = await evaluate(host, pairs);
    // It says 90 %: true of 7/8 / (7/8 + 2/8); and 10 %: true of 1/8 / (1/8 + 6/8).
    expect(reliability).toMatchObject({ source: 'verifier', prior: 0.5, mated: 8, nonMated: 8 });
    expect(reliability!.brier).toBeCloseTo((13 / 16) * 0.01 + (3 / 16) * 0.81, 12);
    const wrong = (9 / 16) * (0.9 - 7 / 9) + (7 / 16) * (1 / 7 - 0.1);
    expect(reliability!.ece).toBeCloseTo(wrong, 12);
    expect(reliability!.accuracy).toBeCloseTo(13 / 16, 12);
  });

  it('is not there for photos without a face', async () => {
    const host = await photograph(people);
    const lost = ['Ida\t1\t2', 'Ann\t1\tIda\t2'];
    const pairs = await pairsFile('1\t9', ...mated, lost[0]!, ...nonMated, ...near, lost[1]!);
    const { reliability, failedPairs } = await evaluate(host, pairs);
    expect(failedPairs).toEqual({ mated: 1, nonMated: 1 });
    expect(reliability).toMatchObject({ mated: 8, nonMated: 8 });
    const none = await pairsFile('1\t1', ...lost);
    expect((await evaluate(host, none)).reliability).toBeNull();
  });

  it('leaves such photos out of all against all as well', async () => {
    const host = await photograph({ Ann: [0, 1, 'none'], Bob: [100, 101] });
    const { reliability, failedPairs } = await evaluate(host, { kind: 'all' });
    expect(failedPairs).toEqual({ mated: 2, nonMated: 2 });
    expect(reliability).toMatchObject({ mated: 2, nonMated: 4 });
  });

  it('is judged on some thousand pairs of millions', async () => {
    const many = Array.from({ length: 240 }, (_, n) => [`P${n}`, [n * 10, n * 10 + 1]] as const);
    const host = await photograph(Object.fromEntries(many));
    const { reliability, nonMated: all } = await evaluate(host, { kind: 'all' });
    expect(all).toBe(114_720);
    expect(reliability).toMatchObject({ mated: 240, nonMated: 20_000 });
    expect(reliability!.ece).toBeCloseTo(0, 6);
  });
});

describe('evaluation.run all against all', () => {
  const people = Object.fromEntries(
    Array.from({ length: 40 }, (_, number) => [
      `P${String(number).padStart(2, '0')}`,
      [number * 10, number * 10 + 1, number * 10 + 2],
    ]),
  );

  it('compares everything, plays identification and folds by people', async () => {
    const host = await photograph(people);
    const result = await evaluate(host, { kind: 'all' });
    expect(result).toMatchObject({ photos: 120, mated: 120, nonMated: 7_020, accuracy: 1, eer: 0 });
    expect(result.accuracyStd).toBe(0);
    // People stand 8 apart at least, photos of one at most 2: the threshold is half-way.
    expect(result.thresholdAtFar['0.001']).toBeCloseTo(8, 5);
    expect(result.threshold).toBeGreaterThan(2);
    expect(result.probability.midpoint).toBeGreaterThan(2);
    // Twenty enrolled with one photo each; two more of each and three of each other person search.
    expect(result.identification).toMatchObject({
      gallery: 20,
      matedSearches: 40,
      nonMatedSearches: 60,
    });
    expect(result.identification!.points.at(-1)).toMatchObject({ fpir: 0, fnir: 0 });
    expect(host.mostInFlight).toBe(3);
  });

  it('takes no more photos of a person than asked for', async () => {
    const host = await photograph(people);
    const result = await evaluate(host, { kind: 'all', maxPerPerson: 2 });
    expect(result).toMatchObject({ photos: 80, mated: 40 });
  });

  it('does with very few people what it can', async () => {
    const host = await photograph({ Ann: [0, 1], Bob: [9] });
    const result = await evaluate(host, { kind: 'all' });
    expect(result).toMatchObject({ pairs: 3, accuracy: 1, threshold: 4.5 });
  });

  it.each([
    ['no face anywhere', { Ann: ['none', 'none'], Bob: ['none'] }, 'evaluation_impossible'],
    ['nobody twice', { Ann: [1], Bob: [2] }, 'evaluation_impossible'],
    ['no photos', {}, 'evaluation_impossible'],
    ['a host that dies', { Ann: [1, 2], Bob: ['crash'] }, 'host_crashed'],
  ])('fails on %s', async (_, photos, code) => {
    const host = await photograph(photos);
    await expect(evaluate(host, { kind: 'all' })).rejects.toMatchObject({ code });
  });

  it('stops when it is told to', async () => {
    const host = await photograph(people);
    const controller = new AbortController();
    const onProgress = ({ done }: { done: number }) => done === 10 && controller.abort();
    const running = evaluate(host, { kind: 'all' }, { signal: controller.signal, onProgress });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});
