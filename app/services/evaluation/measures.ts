import type { CommandOutput } from '../../../contract/commands.ts';
import { LikenessError } from '../../../contract/errors.ts';
import { foldedAccuracy } from '../../../native-models/evaluation/accuracy.ts';
import {
  compareAll,
  countComparisons,
  distance,
  type LabeledEncodings,
} from '../../../native-models/evaluation/compare.ts';
import {
  countBelow,
  mergeComparisons,
  sortDistances,
  type Comparisons,
} from '../../../native-models/evaluation/comparisons.ts';
import { FOLDS, foldOfPerson } from '../../../native-models/evaluation/folds.ts';
import { distanceHistogram } from '../../../native-models/evaluation/histogram.ts';
import {
  identificationPoint,
  searchOpenSet,
  type Searches,
} from '../../../native-models/evaluation/identification.ts';
import {
  equalErrorRate,
  errorCurve,
  pointAtFar,
} from '../../../native-models/evaluation/operating-points.ts';
import { fitProbability } from '../../../native-models/evaluation/probability.ts';
import type { CallOptions } from '../context.ts';
import { runInTurns } from '../cooperation.ts';
import type { LabeledPhoto } from '../labeled-photos.ts';
import type { EvaluationPlan, PlannedPair } from './plan.ts';

/** One per photo of the plan; null where a photo has none. */
export type Encodings = LabeledEncodings['encodings'];

/** The part of the result that follows from the encodings alone. */
export type Measures = Omit<
  CommandOutput<'evaluation.run'>,
  | 'model'
  | 'photos'
  | 'files'
  | 'unused'
  | 'reliability'
  | 'facesPerSecond'
  | 'provider'
  | 'elapsedMs'
  | 'warnings'
>;

const FALSE_ACCEPT_RATES = ['0.01', '0.001', '0.0001', '0.00001'] as const;
/** Rates below this are reported only where there are enough comparisons for at least one error. */
const ALWAYS_REPORTED = 0.0001;

/**
 * Compares as planned and computes every figure. A photo without an encoding takes part at an
 * infinite distance (see `Comparisons`), and is counted besides.
 *
 * @throws LikenessError `evaluation_impossible`, `cancelled`.
 */
export async function measure(
  plan: EvaluationPlan,
  encodings: Encodings,
  call: CallOptions,
): Promise<Measures> {
  const { comparisons, folds, searches } = await compare(plan, encodings, call);
  const { mated, nonMated } = comparisons;
  const accuracy = foldedAccuracy(folds);
  const rates = ratesAtFar(comparisons);
  const failed = plan.photos.filter((_, index) => encodings[index] === null);
  return {
    pairs: mated.length + nonMated.length,
    mated: mated.length,
    nonMated: nonMated.length,
    failures: failed.length,
    failedPhotos: failed.map(({ person, name }) => `${person}/${name}`),
    failedPairs: { mated: countInfinite(mated), nonMated: countInfinite(nonMated) },
    accuracy: accuracy.mean,
    accuracyStd: accuracy.standardDeviation,
    accuracyStandardError: accuracy.standardError,
    eer: equalErrorRate(comparisons),
    ...rates,
    threshold: accuracy.threshold,
    probability: fitProbability(comparisons),
    identification: searches && identificationAt(searches, Object.values(rates.thresholdAtFar)),
    curve: [...errorCurve(comparisons)],
    histogram: mutableHistogram(comparisons),
  };
}

function countInfinite(ascending: Float32Array): number {
  return ascending.length - countBelow(ascending, Infinity);
}

interface Compared {
  readonly comparisons: Comparisons;
  readonly folds: readonly Comparisons[];
  /** Null for a pairs file, or with too few people. */
  readonly searches: Searches | null;
}

async function compare(
  { photos, comparisons }: EvaluationPlan,
  encodings: Encodings,
  call: CallOptions,
): Promise<Compared> {
  if (encodings.every((encoding) => encoding === null))
    throw new LikenessError(
      'evaluation_impossible',
      `No face was found in any of the ${photos.length} photos, so there is nothing to compare.`,
      { details: { photos: photos.length } },
    );
  if (comparisons.kind === 'all')
    return await compareEverything({ encodings, people: numberPeople(photos) }, call);
  const folds = comparisons.folds.map((fold) => comparePairs(fold, encodings));
  return { comparisons: mergeComparisons(folds), folds, searches: null };
}

function comparePairs(pairs: readonly PlannedPair[], encodings: Encodings): Comparisons {
  const distances = (wanted: boolean) =>
    sortDistances(
      Float32Array.from(
        pairs.filter(({ mated }) => mated === wanted),
        ({ a, b }) => distance(encodings[a]!, encodings[b]!),
      ),
    );
  return { mated: distances(true), nonMated: distances(false) };
}

async function compareEverything(all: LabeledEncodings, call: CallOptions): Promise<Compared> {
  const total = (all.people.length * (all.people.length - 1)) / 2;
  const onPause = (done: number) => call.onProgress?.({ stage: 'Comparing photos', done, total });
  const comparisons = await runInTurns(compareAll(all), call.signal, onPause);
  const searches = await runInTurns(searchOpenSet(all), call.signal);
  const folds: Comparisons[] = [];
  for (const fold of usableFolds(all)) folds.push(await runInTurns(compareAll(fold), call.signal));
  return { comparisons, folds: folds.length < 2 ? [comparisons] : folds, searches };
}

/** Ten parts that share nobody, without those that have no mated or no non-mated comparison. */
function usableFolds(all: LabeledEncodings): readonly LabeledEncodings[] {
  return Array.from({ length: FOLDS }, (_, fold) => peopleOfFold(all, fold)).filter((part) => {
    const { mated, nonMated } = countComparisons(part.people);
    return mated > 0 && nonMated > 0;
  });
}

function peopleOfFold({ encodings, people }: LabeledEncodings, fold: number): LabeledEncodings {
  const inFold = (_: unknown, photo: number) => foldOfPerson(people[photo]!) === fold;
  return { encodings: encodings.filter(inFold), people: people.filter(inFold) };
}

/** 0, 1, 2 … in the order of appearance. */
function numberPeople(photos: readonly LabeledPhoto[]): readonly number[] {
  const numbers = new Map<string, number>();
  return photos.map(({ person }) => {
    const number = numbers.get(person) ?? numbers.size;
    numbers.set(person, number);
    return number;
  });
}

function ratesAtFar(comparisons: Comparisons): Pick<Measures, 'tarAtFar' | 'thresholdAtFar'> {
  const reported = FALSE_ACCEPT_RATES.filter(
    (far) => Number(far) >= ALWAYS_REPORTED || comparisons.nonMated.length * Number(far) >= 1,
  );
  const points = reported.map((far) => [far, pointAtFar(comparisons, Number(far))] as const);
  return {
    tarAtFar: Object.fromEntries(points.map(([far, { fnmr }]) => [far, 1 - fnmr])),
    thresholdAtFar: Object.fromEntries(points.map(([far, { threshold }]) => [far, threshold])),
  };
}

function identificationAt(
  searches: Searches,
  thresholds: readonly number[],
): Measures['identification'] {
  return {
    gallery: searches.gallery,
    matedSearches: searches.mated.length,
    nonMatedSearches: searches.nonMated.length,
    points: thresholds.map((threshold) => identificationPoint(searches, threshold)),
  };
}

function mutableHistogram(comparisons: Comparisons): Measures['histogram'] {
  const { edges, mated, nonMated } = distanceHistogram(comparisons);
  return { edges: [...edges], mated: [...mated], nonMated: [...nonMated] };
}
