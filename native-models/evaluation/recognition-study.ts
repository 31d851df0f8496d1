import type { Evaluation } from '../../contract/models.ts';
import { LikenessError } from '../../contract/errors.ts';
import type {
  EncoderInfo,
  PlannedComparisons,
  PlannedPair,
  RecognitionFigures,
} from '../../contract/host.ts';
import type { RequestContext } from '../../contract/rpc.ts';
import { runInTurns } from '../../foundation/concurrency.ts';
import { identificationPoint, searchOpenSet, type Searches } from './identification.ts';
import { compareAll, countComparisons, distance, type LabeledEncodings } from './paired.ts';
import {
  countBelow,
  distanceHistogram,
  mergeComparisons,
  sortDistances,
  type Comparisons,
} from './pairs.ts';
import { fitProbability } from './probability.ts';
import {
  equalErrorRate,
  errorCurve,
  foldedAccuracy,
  foldOfPerson,
  FOLDS,
  pointAtFar,
} from './rates.ts';
import {
  decide,
  priorLogOddsAt,
  probabilityOfLogOdds,
  reliabilityOf,
  type Evidence,
  type Reliability,
} from './verifier.ts';

/** Encodings of known people, and which of them are compared. */
export interface RecognitionStudy extends LabeledEncodings {
  readonly comparisons: PlannedComparisons;
}

/** How a study is stopped, and how it tells where it stands; absent: neither. */
export type StudyContext = Partial<RequestContext>;

type Encodings = LabeledEncodings['encodings'];

const FALSE_ACCEPT_RATES = ['0.01', '0.001', '0.0001', '0.00001'] as const;
/** Rates below this are reported only where there are enough comparisons for at least one error. */
const ALWAYS_REPORTED = 0.0001;

/**
 * Compares as planned and computes every figure. A photo without an encoding takes part at an
 * infinite distance (see `Comparisons`), and is counted besides.
 *
 * @throws LikenessError `evaluation_impossible`, `cancelled`.
 */
export async function measureRecognition(
  study: RecognitionStudy,
  context: StudyContext,
): Promise<RecognitionFigures> {
  const { comparisons, folds, searches } = await compare(study, context);
  const { mated, nonMated } = comparisons;
  const accuracy = foldedAccuracy(folds);
  const rates = ratesAtFar(comparisons);
  return {
    pairs: mated.length + nonMated.length,
    mated: mated.length,
    nonMated: nonMated.length,
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
  { encodings, people, comparisons }: RecognitionStudy,
  context: StudyContext,
): Promise<Compared> {
  if (encodings.every((encoding) => encoding === null))
    throw new LikenessError(
      'evaluation_impossible',
      `No face was found in any of the ${encodings.length} photos, so there is nothing to compare.`,
      { details: { photos: encodings.length } },
    );
  if (comparisons.kind === 'all') return await compareEverything({ encodings, people }, context);
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

async function compareEverything(
  all: LabeledEncodings,
  { signal, report }: StudyContext,
): Promise<Compared> {
  const total = (all.people.length * (all.people.length - 1)) / 2;
  const onPause = (done: number) => report?.({ stage: 'Comparing photos', done, total });
  const comparisons = await runInTurns(compareAll(all), signal, onPause);
  const searches = await runInTurns(searchOpenSet(all), signal);
  const folds: Comparisons[] = [];
  for (const fold of usableFolds(all)) folds.push(await runInTurns(compareAll(fold), signal));
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

function ratesAtFar(
  comparisons: Comparisons,
): Pick<RecognitionFigures, 'tarAtFar' | 'thresholdAtFar'> {
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
): RecognitionFigures['identification'] {
  return {
    gallery: searches.gallery,
    matedSearches: searches.mated.length,
    nonMatedSearches: searches.nonMated.length,
    points: thresholds.map((threshold) => identificationPoint(searches, threshold)),
  };
}

function mutableHistogram(comparisons: Comparisons): RecognitionFigures['histogram'] {
  const { edges, mated, nonMated } = distanceHistogram(comparisons);
  return { edges: [...edges], mated: [...mated], nonMated: [...nonMated] };
}

/** Two places in the list of photos. */
type PhotoPair = readonly [number, number];

interface SomePairs {
  readonly mated: readonly PhotoPair[];
  readonly nonMated: readonly PhotoPair[];
}

/**
 * Of the planned pairs of photos with an encoding at most so many mated and so many non-mated ones,
 * evenly spread over all of them. Each step yields after the pairs of one photo, or of one fold.
 */
function* somePairs(study: RecognitionStudy, most: number): Generator<undefined, SomePairs> {
  const total = { mated: 0, nonMated: 0 };
  for (const pairs of comparedPairs(study)) {
    for (const { mated } of pairs) total[mated ? 'mated' : 'nonMated'] += 1;
    yield;
  }
  const mated = new Spread(total.mated, most);
  const nonMated = new Spread(total.nonMated, most);
  for (const pairs of comparedPairs(study)) {
    for (const pair of pairs) (pair.mated ? mated : nonMated).offer(pair);
    yield;
  }
  return { mated: mated.taken, nonMated: nonMated.taken };
}

interface ComparedSome {
  readonly a: number;
  readonly b: number;
  readonly mated: boolean;
}

function* comparedPairs({
  encodings,
  people,
  comparisons,
}: RecognitionStudy): Generator<Iterable<ComparedSome>> {
  if (comparisons.kind === 'all') {
    const encoded = [...people.keys()].filter((photo) => encodings[photo] !== null);
    for (const [row, a] of encoded.entries()) yield pairsOf(a, encoded.slice(0, row), people);
    return;
  }
  for (const fold of comparisons.folds)
    yield fold.filter(({ a, b }) => encodings[a] !== null && encodings[b] !== null);
}

function* pairsOf(
  a: number,
  others: readonly number[],
  people: readonly number[],
): Generator<ComparedSome> {
  for (const b of others) yield { a, b, mated: people[a] === people[b] };
}

/** Takes so many of all that are offered, the same number of others between any two. */
class Spread {
  readonly taken: PhotoPair[] = [];
  readonly #total: number;
  readonly #wanted: number;
  #offered = 0;

  constructor(total: number, most: number) {
    this.#total = total;
    this.#wanted = Math.min(total, most);
  }

  offer({ a, b }: ComparedSome): void {
    const next = Math.floor(((this.taken.length + 0.5) * this.#total) / this.#wanted);
    if (this.#offered++ === next) this.taken.push([a, b]);
  }
}

/** Of each side: more would say the same. */
const MOST_PAIRS = 20_000;

/**
 * How far the probability is to be trusted that `verify` shows for two faces at the encoder's own
 * threshold: pairs of the plan are weighed and decided as there, and count by the prior that the
 * threshold implies. Pairs with a photo without a face have no probability.
 *
 * @returns null where there is no mated or no non-mated pair whose photos both have a face
 * @throws LikenessError `cancelled`.
 */
export async function judgeProbability(
  study: RecognitionStudy,
  encoder: EncoderInfo,
  { source, logOdds }: Evidence,
  { signal, report }: StudyContext,
): Promise<Evaluation['reliability']> {
  const pairs = await runInTurns(somePairs(study, MOST_PAIRS), signal);
  const counts = { mated: pairs.mated.length, nonMated: pairs.nonMated.length };
  if (counts.mated === 0 || counts.nonMated === 0) return null;
  const { probability: curve, thresholds } = encoder;
  const total = counts.mated + counts.nonMated;
  /** What `verify` says of each pair where no other threshold is asked for. */
  function* shown(some: readonly PhotoPair[], before: number): Generator<number, number[]> {
    const stated: number[] = [];
    for (const [i, j] of some) {
      const [a, b] = [study.encodings[i]!, study.encodings[j]!];
      const threshold = thresholds.verification;
      const pair = { distance: distance(a, b), logOdds: logOdds(a, b), threshold };
      stated.push(decide([pair], { people: 1, curve }).probabilities[0]!);
      yield before + stated.length;
    }
    return stated;
  }
  const tell = (done: number) => report?.({ stage: 'Weighing pairs', done, total });
  const prior = probabilityOfLogOdds(priorLogOddsAt(thresholds.verification, curve));
  const mated = await runInTurns(shown(pairs.mated, 0), signal, tell);
  const nonMated = await runInTurns(shown(pairs.nonMated, counts.mated), signal, tell);
  return { source, prior, ...counts, ...mutable(reliabilityOf({ mated, nonMated }, prior)) };
}

const mutable = ({ bins, ...measured }: Reliability) => ({
  ...measured,
  bins: bins.map((bin) => ({ ...bin })),
});
