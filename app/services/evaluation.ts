import path from 'node:path';
import type { CommandPayload, CommandOutput, Evaluation } from '../../contract/commands.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { Refusal } from '../../contract/values.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import {
  tenFolds,
  foldedAccuracy,
  FOLDS,
  foldOfPerson,
  equalErrorRate,
  errorCurve,
  pointAtFar,
} from '../../native-models/evaluation/rates.ts';
import {
  parsePairs,
  countBelow,
  mergeComparisons,
  sortDistances,
  distanceHistogram,
  type Pair,
  type PhotoReference,
  type Comparisons,
} from '../../native-models/evaluation/pairs.ts';
import { listLabeledPhotos, encodePhotos, type LabeledPhoto } from './encode-photos.ts';
import {
  compareAll,
  countComparisons,
  distance,
  type LabeledEncodings,
} from '../../native-models/evaluation/paired.ts';
import {
  identificationPoint,
  searchOpenSet,
  type Searches,
} from '../../native-models/evaluation/identification.ts';
import { fitProbability } from '../../native-models/evaluation/probability.ts';
import type { CallOptions, Handler, ServiceContext, Handlers } from './context.ts';
import { runInTurns, throwIfCancelled } from '../../foundation/concurrency.ts';
import {
  reliabilityOf,
  decide,
  priorLogOddsAt,
  probabilityOfLogOdds,
  type Reliability,
} from '../../native-models/evaluation/verifier.ts';
import type { EncoderInfo, HostResult, ModelHost } from '../model-host/types.ts';
import { distanceBetween, signalOf } from './analysis.ts';
import { insertEvaluation, latestEvaluation, type ModelKey } from '../../db/store.ts';

/** A pair by the places of its photos in the plan's list. */
interface PlannedPair {
  readonly a: number;
  readonly b: number;
  readonly mated: boolean;
}

/** Which photos an evaluation reads, and what it compares. */
interface EvaluationPlan {
  readonly photos: readonly LabeledPhoto[];
  /** Files of the folder that are no photos of people, with the reasons. */
  readonly unused: readonly Refusal[];
  readonly comparisons:
    | { readonly kind: 'pairs'; readonly folds: readonly (readonly PlannedPair[])[] }
    | { readonly kind: 'all' };
}

/**
 * @throws LikenessError `pairs_invalid`; `file_not_found` where the pairs file names a photo that
 *   is not there; what listing the photos refuses with.
 */
export async function planEvaluation({
  images,
  comparisons,
}: CommandPayload<'evaluation.run'>): Promise<EvaluationPlan> {
  const { photos, unused } = await listLabeledPhotos(images);
  if (comparisons.kind === 'all')
    return {
      unused,
      photos: firstOfEach(photos, comparisons.maxPerPerson ?? Infinity),
      comparisons: { kind: 'all' },
    };
  const folds = tenFolds(parsePairs(String(await readRegularFile(comparisons.file, 'text'))));
  return { unused, ...planPairs(photos, folds, images) };
}

/** Of each person at most so many photos, the first ones. */
export function firstOfEach(
  photos: readonly LabeledPhoto[],
  limit: number,
): readonly LabeledPhoto[] {
  const taken = new Map<string, number>();
  return photos.filter(({ person }) => {
    const count = (taken.get(person) ?? 0) + 1;
    taken.set(person, count);
    return count <= limit;
  });
}

function planPairs(
  available: readonly LabeledPhoto[],
  folds: readonly (readonly Pair[])[],
  images: string,
): Omit<EvaluationPlan, 'unused'> {
  const byStem = new Map(available.map((photo) => [stemOf(photo), photo]));
  const photos: LabeledPhoto[] = [];
  const placeOf = new Map<string, number>();
  const place = (reference: PhotoReference): number => {
    const stem = stemOfReference(reference);
    const known = placeOf.get(stem);
    if (known !== undefined) return known;
    photos.push(byStem.get(stem) ?? missing(reference, images));
    placeOf.set(stem, photos.length - 1);
    return photos.length - 1;
  };
  const planned = folds.map((fold) =>
    fold.map(({ a, b, mated }) => ({ a: place(a), b: place(b), mated })),
  );
  return { photos, comparisons: { kind: 'pairs', folds: planned } };
}

/** `person/person_0001` of `person/person_0001.jpg`, whatever the format is called. */
function stemOf({ person, name }: LabeledPhoto): string {
  return `${person}/${name.replace(/\.[^.]*$/u, '')}`;
}

function stemOfReference({ person, index }: PhotoReference): string {
  return `${person}/${person}_${String(index).padStart(4, '0')}`;
}

/** The line says which: its text is not repeated, as whoever names a file need not be allowed to read it. */
function missing(reference: PhotoReference, images: string): never {
  throw new LikenessError(
    'file_not_found',
    `Line ${reference.line} of the pairs file names a photo that is not in ${images}. ` +
      'Give the folder that the pairs file was made for.',
    { details: { line: reference.line, images } },
  );
}

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

/** Two places in the plan's list of photos. */
type PhotoPair = readonly [number, number];

interface SomePairs {
  readonly mated: readonly PhotoPair[];
  readonly nonMated: readonly PhotoPair[];
}

/**
 * Of the planned pairs of photos with an encoding at most so many mated and so many non-mated ones,
 * evenly spread over all of them. Each step yields after the pairs of one photo, or of one fold.
 */
function* somePairs(
  plan: EvaluationPlan,
  encodings: Encodings,
  most: number,
): Generator<undefined, SomePairs> {
  const total = { mated: 0, nonMated: 0 };
  for (const pairs of comparedPairs(plan, encodings)) {
    for (const { mated } of pairs) total[mated ? 'mated' : 'nonMated'] += 1;
    yield;
  }
  const mated = new Spread(total.mated, most);
  const nonMated = new Spread(total.nonMated, most);
  for (const pairs of comparedPairs(plan, encodings)) {
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

function* comparedPairs(
  { photos, comparisons }: EvaluationPlan,
  encodings: Encodings,
): Generator<Iterable<ComparedSome>> {
  if (comparisons.kind === 'all') {
    const encoded = [...photos.keys()].filter((photo) => encodings[photo] !== null);
    const people = photos.map(({ person }) => person);
    for (const [row, a] of encoded.entries()) yield pairsOf(a, encoded.slice(0, row), people);
    return;
  }
  for (const fold of comparisons.folds)
    yield fold.filter(({ a, b }) => encodings[a] !== null && encodings[b] !== null);
}

function* pairsOf(
  a: number,
  others: readonly number[],
  people: readonly string[],
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

/** Of each side: more would say the same, and every pair crosses to the host. */
const MOST_PAIRS = 20_000;
/** A message of about a megabyte. */
const PAIRS_AT_ONCE = 1000;

type Weighed = HostResult<'weighPairs'>;

interface ShownProbability {
  /** Null where there is no mated or no non-mated pair whose photos both have a face. */
  readonly reliability: Evaluation['reliability'];
  readonly warnings: readonly string[];
}

/**
 * How far the probability is to be trusted that `verify` shows for two faces at the encoder's own
 * threshold: pairs of the plan are weighed and decided as there, and count by the prior that the
 * threshold implies. Pairs with a photo without a face have no probability.
 *
 * @throws LikenessError `cancelled`.
 */
async function judgeProbability(
  host: Pick<ModelHost, 'request'>,
  encoder: EncoderInfo,
  plan: EvaluationPlan,
  encodings: Encodings,
  call: CallOptions,
): Promise<ShownProbability> {
  const pairs = await runInTurns(somePairs(plan, encodings, MOST_PAIRS), call.signal);
  if (pairs.mated.length === 0 || pairs.nonMated.length === 0)
    return { reliability: null, warnings: [] };
  const weigh = weigher(host, encodings, pairs.mated.length + pairs.nonMated.length, call);
  const mated = await weigh(pairs.mated);
  const nonMated = await weigh(pairs.nonMated);
  const { probability: curve, thresholds } = encoder;
  const prior = probabilityOfLogOdds(priorLogOddsAt(thresholds.verification, curve));
  const stated = (some: readonly PhotoPair[], weighed: readonly Weighed[]): number[] => {
    const logOdds = weighed.flatMap((each) => [...each.logOdds]);
    return some.map(([a, b], i) => shown(encoder, encodings[a]!, encodings[b]!, logOdds[i]!));
  };
  const measured = reliabilityOf(
    { mated: stated(pairs.mated, mated), nonMated: stated(pairs.nonMated, nonMated) },
    prior,
  );
  const { source, warnings } = mated[0]!;
  const counts = { mated: pairs.mated.length, nonMated: pairs.nonMated.length };
  return { reliability: { source, prior, ...counts, ...mutable(measured) }, warnings };
}

function weigher(
  host: Pick<ModelHost, 'request'>,
  encodings: Encodings,
  total: number,
  call: CallOptions,
) {
  let done = 0;
  return async (pairs: readonly PhotoPair[]): Promise<readonly Weighed[]> => {
    const answers: Weighed[] = [];
    for (let start = 0; start < pairs.length; start += PAIRS_AT_ONCE) {
      throwIfCancelled(call.signal);
      const some = pairs.slice(start, start + PAIRS_AT_ONCE);
      const payload = { a: rows(some, 0, encodings), b: rows(some, 1, encodings) };
      answers.push(await host.request('weighPairs', payload, signalOf(call)));
      done += some.length;
      call.onProgress?.({ stage: 'Weighing pairs', done, total });
    }
    return answers;
  };
}

/** float32[pairs × dimension]. */
function rows(pairs: readonly PhotoPair[], side: 0 | 1, encodings: Encodings): Float32Array {
  const parts = pairs.map((pair) => encodings[pair[side]]!);
  const dimension = parts[0]!.length;
  const whole = new Float32Array(parts.length * dimension);
  parts.forEach((part, row) => whole.set(part, row * dimension));
  return whole;
}

/** What `verify` says of the pair where no other threshold is asked for. */
function shown(
  { thresholds, probability: curve }: EncoderInfo,
  a: Float32Array,
  b: Float32Array,
  logOdds: number,
): number {
  const pair = { distance: distanceBetween(a, b), logOdds, threshold: thresholds.verification };
  return decide([pair], { people: 1, curve }).probabilities[0]!;
}

const mutable = ({ bins, ...measured }: Reliability) => ({
  ...measured,
  bins: bins.map((bin) => ({ ...bin })),
});

/**
 * Measures recognition on photos of known people, through the host that users meet: the face
 * nearest to the center of each photo is encoded, then the planned comparisons are made.
 */
export const runEvaluation: Handler<'evaluation.run'> = async (context, payload, call) => {
  const { host } = context;
  const started = performance.now();
  const plan = await planEvaluation(payload);
  const { encoder, provider, warnings } = await host.request('warmUp', {}, signalOf(call));
  const analyzed = performance.now();
  const { encodings, unused } = await encodePhotos(host, plan.photos, call);
  const seconds = (performance.now() - analyzed) / 1000;
  const encoded = encodings.filter((encoding) => encoding !== null).length;
  const measures = await measure(plan, encodings, call);
  const shown = await judgeProbability(host, encoder, plan, encodings, call);
  const result = {
    model: encoder.id,
    photos: plan.photos.length,
    files: plan.photos.length + plan.unused.length,
    unused: [...plan.unused, ...unused],
    ...measures,
    reliability: shown.reliability,
    facesPerSecond: encoded / seconds,
    provider,
    warnings: [...new Set([...warnings, ...shown.warnings])],
    elapsedMs: performance.now() - started,
  };
  keepEvaluation(context, encoder, payload.images, result);
  return result;
};

const lastEvaluation: Handler<'evaluation.last'> = async ({ store, host }, _, call) => {
  const { models } = await host.request('listModels', {}, signalOf(call));
  const encoder = models.find(({ role, active }) => role === 'encoder' && active);
  const kept = encoder && store.read((tables) => latestEvaluation(tables, encoder));
  if (kept === undefined) return { evaluation: null };
  const { images, createdAt } = kept;
  // Former versions kept no reliability, or one of another probability, at a prior of one half.
  const evaluation = JSON.parse(kept.result) as Evaluation;
  const isOfThis = Object.hasOwn(evaluation.reliability ?? {}, 'prior');
  // Names of files are never kept.
  const complete = { ...evaluation, files: evaluation.photos, unused: [] };
  const result = isOfThis ? complete : { ...complete, reliability: null };
  return { evaluation: { images, createdAt, result } };
};

/** Names of photos are left out: they are names of people, of whom nothing else is kept. */
function keepEvaluation(
  { store, now }: ServiceContext,
  encoder: ModelKey,
  folder: string,
  result: Evaluation,
): void {
  const images = path.resolve(folder);
  const createdAt = now().toISOString();
  const text = JSON.stringify({ ...result, failedPhotos: [], unused: [] });
  store.write((tables) => insertEvaluation(tables, encoder, { images, result: text, createdAt }));
}

export const evaluationHandlers = {
  'evaluation.run': runEvaluation,
  'evaluation.last': lastEvaluation,
} satisfies Partial<Handlers>;
