import type { ComparisonFigures, SeparationFigures } from '../../contract/host.ts';
import { runInTurns } from '../../foundation/concurrency.ts';
import {
  compareAll,
  differenceIntervals,
  FEWEST_PEOPLE,
  ownComparisons,
  reachOf,
  resampledRates,
  type LabeledFaces,
  type SeparationRates,
} from './paired.ts';
import type { Comparisons } from './pairs.ts';
import { accuracyAt, bestThreshold, equalErrorRate, errorCurve, pointAtFar } from './rates.ts';
import type { StudyContext } from './recognition-study.ts';

/** The same faces as two encoders see them. */
export interface ComparisonStudy {
  readonly ids: readonly [string, string];
  /** By encoder, then by face: float32[dimension]. */
  readonly encodings: readonly [readonly Float32Array[], readonly Float32Array[]];
  /** 0, 1, 2 … per person, by face. */
  readonly people: readonly number[];
  readonly seed: number;
}

/**
 * Says which of two encoders tells the faces apart better, and how sure that is.
 *
 * @throws LikenessError `evaluation_impossible` as `compareAll`; `cancelled`.
 */
export async function compareEncoders(
  { ids, encodings, people, seed }: ComparisonStudy,
  context: StudyContext,
): Promise<ComparisonFigures> {
  const of = (i: 0 | 1): Promise<Separation> =>
    separate({ encodings: encodings[i], people }, { id: ids[i], seed }, context);
  const [first, second] = [await of(0), await of(1)];
  return {
    mated: first.mated,
    nonMated: first.nonMated,
    peopleWithTwo: peopleWithTwo(people),
    encoders: [first.figures, second.figures],
    ...outcomeOf(first, second, ids),
    resamples: first.resampled === null ? 0 : RESAMPLES,
  };
}

const RESAMPLES = 500;
const FALSE_ACCEPT_RATES = [0.01, 0.001, 0.0001] as const;

/** How well one encoder tells the faces apart. */
interface Separation {
  readonly mated: number;
  readonly nonMated: number;
  readonly figures: SeparationFigures;
  /** On resamples of the people, the same for every encoder; null where people are too few. */
  readonly resampled: readonly (SeparationRates | null)[] | null;
}

/**
 * Compares every face with every other, and that again on resamples of the people.
 *
 * @throws LikenessError `evaluation_impossible` as `compareAll`; `cancelled`.
 */
async function separate(
  faces: LabeledFaces,
  { id, seed }: { readonly id: string; readonly seed: number },
  { signal, report }: StudyContext,
): Promise<Separation> {
  const inTurns = <Result>(steps: Generator<number, Result>, stage: string, total: number) =>
    runInTurns(steps, signal, (done) => report?.({ stage, done, total }));
  const total = (faces.people.length * (faces.people.length - 1)) / 2;
  const comparisons = await inTurns(compareAll(faces), `Comparing with ${id}`, total);
  const figures = figuresOf(comparisons);
  const counts = { mated: comparisons.mated.length, nonMated: comparisons.nonMated.length };
  if (peopleWithTwo(faces.people) < FEWEST_PEOPLE) return { ...counts, figures, resampled: null };
  const reach = reachOf(comparisons, figures.eer);
  const stage = `Resampling people for ${id}`;
  const owned = await inTurns(ownComparisons(faces, comparisons, reach), stage, total);
  const fars = figures.tar.map(({ far }) => far).toReversed();
  const steps = resampledRates(owned, { fars, resamples: RESAMPLES, seed });
  return { ...counts, figures, resampled: await inTurns(steps, stage, RESAMPLES) };
}

function figuresOf(comparisons: Comparisons): SeparationFigures {
  const threshold = bestThreshold(comparisons);
  // With fewer non-mated pairs not even one may be accepted: such a rate is not measured.
  const fars = FALSE_ACCEPT_RATES.filter((far) => comparisons.nonMated.length * far >= 1);
  return {
    eer: equalErrorRate(comparisons),
    accuracy: accuracyAt(comparisons, threshold),
    threshold,
    tar: fars.map((far) => ({ far, tar: 1 - pointAtFar(comparisons, far).fnmr })),
    curve: [...errorCurve(comparisons)],
  };
}

/** People with two faces or more. */
function peopleWithTwo(people: readonly number[]): number {
  const faces = Map.groupBy(people, (person) => person);
  return [...faces.values()].filter(({ length }) => length > 1).length;
}

type Outcome = Pick<ComparisonFigures, 'difference' | 'verdict'>;

/** What b has more than a, and what that says of the two. */
function outcomeOf(a: Separation, b: Separation, ids: readonly [string, string]): Outcome {
  const { resampled } = a;
  const intervals =
    resampled === null || b.resampled === null ? null : differenceIntervals(resampled, b.resampled);
  // Resamples have their rates the smallest first.
  const ofTar = intervals?.tar.toReversed();
  const eer = {
    value: b.figures.eer - a.figures.eer,
    interval: intervals && { ...intervals.eer },
  };
  const tar = a.figures.tar.map(({ far, tar: former }, i) => {
    const interval = ofTar?.[i];
    const value = b.figures.tar[i]!.tar - former;
    return { far, value, interval: interval === undefined ? null : { ...interval } };
  });
  return { difference: { eer, tar }, verdict: verdictOf(resampled !== null, eer.interval, ids) };
}

function verdictOf(
  enough: boolean,
  interval: { readonly low: number; readonly high: number } | null,
  [a, b]: readonly [string, string],
): Outcome['verdict'] {
  if (!enough) return { kind: 'too-few-people', needed: FEWEST_PEOPLE };
  if (interval !== null && interval.low > 0) return { kind: 'better', id: a };
  if (interval !== null && interval.high < 0) return { kind: 'better', id: b };
  return { kind: 'undecided' };
}
