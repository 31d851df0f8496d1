import { RandomStream } from '../../../foundation/random.ts';
import { distance } from '../../evaluation/paired.ts';
import { sortDistances, type Comparisons } from '../../evaluation/pairs.ts';
import { accuracyAt, bestThreshold } from '../../evaluation/rates.ts';
import {
  reliabilityOf,
  logOddsOf,
  pairForms,
  probabilityOfLogOdds,
  writeFeatures,
  type Reliability,
  type PairForm,
  type Verifier,
} from '../../evaluation/verifier.ts';
import { fitLogistic, fitPlatt, type Rows } from './logistic-regression.ts';

/** An encoded photo of a known person. */
export interface LabeledEncoding {
  /** float32[dimension]. */
  readonly encoding: Float32Array;
  readonly person: string;
}

type EncodingPair = readonly [Float32Array, Float32Array];

interface LabeledPairs {
  readonly mated: readonly EncodingPair[];
  readonly nonMated: readonly EncodingPair[];
}

interface PairLimits {
  /** Of the mated pairs: drawn evenly where there are more. */
  readonly mated: number;
  /** Non-mated pairs per mated one. */
  readonly ratio: number;
}

/**
 * Every pair of photos of one person, and pairs of two people drawn at random. Somebody with a
 * single photo takes part in the pairs of two people only.
 */
function labelPairs(
  photos: readonly LabeledEncoding[],
  seed: number,
  { mated: most, ratio }: PairLimits,
): LabeledPairs {
  const random = new RandomStream(seed, 'verifier pairs');
  const all = matedPairs(photos);
  const mated = all.length <= most ? all : spread(all, most);
  const people = new Set(photos.map(({ person }) => person)).size;
  const wanted = people < 2 ? 0 : mated.length * ratio;
  const nonMated: EncodingPair[] = [];
  while (nonMated.length < wanted) {
    const [a, b] = [random.below(photos.length), random.below(photos.length)];
    if (photos[a]!.person !== photos[b]!.person)
      nonMated.push([photos[a]!.encoding, photos[b]!.encoding]);
  }
  return { mated, nonMated };
}

function matedPairs(photos: readonly LabeledEncoding[]): readonly EncodingPair[] {
  return [...Map.groupBy(photos, ({ person }) => person).values()].flatMap((own) =>
    own.flatMap((a, place) =>
      own.slice(0, place).map((b): EncodingPair => [b.encoding, a.encoding]),
    ),
  );
}

function spread<T>(items: readonly T[], count: number): readonly T[] {
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}

/** People apart from each other: learns, chooses, calibrates, is measured. */
export type VerifierPart = 'training' | 'validation' | 'calibration' | 'test';

export type VerifierPeople = Readonly<Record<VerifierPart, readonly LabeledEncoding[]>>;

export interface Candidate {
  readonly form: PairForm;
  /** Null: one weight for all values. */
  readonly penalty: number | null;
  /** Mean negative log-likelihood on the people who choose. */
  readonly validationLoss: number;
}

export interface TrainedVerifier {
  readonly verifier: Verifier;
  readonly candidates: readonly Candidate[];
  readonly chosen: Candidate;
  readonly pairs: Readonly<Record<VerifierPart, { mated: number; nonMated: number }>>;
  /** On the people who took no part. */
  readonly test: Reliability;
  /** What was stated before, on the same pairs. */
  readonly before: Reliability;
  /** There, of a threshold on distance: the best on the people who calibrate, … */
  readonly thresholdAccuracy: number;
  /** … and the best on these very pairs, which nobody can know beforehand. */
  readonly bestThresholdAccuracy: number;
}

const PENALTIES = [Infinity, 0.1, 0.03, 0.01, 0.003, 0.001] as const;
/** Pairs that a fit reads: so many take seconds, and more of the same people teach no more. */
const MOST_MATED = 10_000;

/**
 * Learns to say how likely two encodings are of one person. Both forms of features are fitted with
 * several penalties on the people who train; the one of the highest likelihood on the people who
 * validate is kept, calibrated on others, and measured on others again. Yields before every fit.
 *
 * @param before probability of a distance as it was stated so far, measured beside
 */
export function* trainVerifier(
  people: VerifierPeople,
  seed: number,
  before: (distance: number) => number,
): Generator<{ readonly done: number; readonly total: number }, TrainedVerifier> {
  const training = labelPairs(people.training, seed, { mated: MOST_MATED, ratio: 3 });
  const validation = labelPairs(people.validation, seed, { mated: MOST_MATED, ratio: 5 });
  const calibration = labelPairs(people.calibration, seed, { mated: MOST_MATED, ratio: 10 });
  const test = labelPairs(people.test, seed, { mated: MOST_MATED, ratio: 10 });
  const fits: { readonly candidate: Candidate; readonly verifier: Verifier }[] = [];
  const total = pairForms.length * PENALTIES.length;
  for (const form of pairForms) {
    const shift = form === 'chi-square' ? shiftFor(people.training) : 0;
    const rows = rowsOf(training, { form, shift });
    for (const penalty of PENALTIES) {
      yield { done: fits.length, total };
      fits.push(fitOne(rows, { form, shift }, penalty, validation));
    }
  }
  const best = fits.reduce((a, b) =>
    b.candidate.validationLoss < a.candidate.validationLoss ? b : a,
  );
  const scores = scoresOf(best.verifier, calibration);
  const verifier = { ...best.verifier, platt: fitPlatt(scores) };
  return {
    verifier,
    candidates: fits.map(({ candidate }) => candidate),
    chosen: best.candidate,
    pairs: {
      training: countOf(training),
      validation: countOf(validation),
      calibration: countOf(calibration),
      test: countOf(test),
    },
    test: reliabilityOf(probabilitiesOf(verifier, test)),
    before: reliabilityOf(byDistance(before, test)),
    ...thresholdAccuracies(calibration, test),
  };
}

function fitOne(
  rows: Rows,
  form: Pick<Verifier, 'form' | 'shift'>,
  penalty: number,
  validation: LabeledPairs,
): { readonly candidate: Candidate; readonly verifier: Verifier } {
  const { weights, bias } = fitLogistic(rows, penalty);
  const verifier: Verifier = {
    ...form,
    weights: [...weights],
    bias,
    platt: { slope: 1, intercept: 0 },
  };
  const validationLoss = lossOf(verifier, validation);
  const candidate = {
    form: form.form,
    penalty: penalty === Infinity ? null : penalty,
    validationLoss,
  };
  return { candidate, verifier };
}

/** Makes every value of these people positive. */
function shiftFor(people: readonly LabeledEncoding[]): number {
  let least = 0;
  for (const { encoding } of people) for (const value of encoding) least = Math.min(least, value);
  return -least;
}

function rowsOf({ mated, nonMated }: LabeledPairs, form: Pick<Verifier, 'form' | 'shift'>): Rows {
  const pairs = [...mated, ...nonMated];
  const columns = pairs[0]?.[0].length ?? 0;
  const features = new Float32Array(pairs.length * columns);
  pairs.forEach((pair, row) => {
    writeFeatures(form, pair, features, row * columns);
  });
  const isMated = (row: number): boolean => row < mated.length;
  return {
    features,
    columns,
    targets: Float64Array.from(pairs, (_, row) => (isMated(row) ? 1 : 0)),
    weights: Float64Array.from(
      pairs,
      (_, row) => 0.5 / (isMated(row) ? mated.length : nonMated.length),
    ),
  };
}

/** Mated and non-mated pairs weighing one half each. */
function lossOf(verifier: Verifier, pairs: LabeledPairs): number {
  const { mated, nonMated } = scoresOf(verifier, pairs);
  const mean = (values: Float64Array, sign: 1 | -1): number =>
    values.reduce((sum, z) => sum + softplus(sign * z), 0) / values.length;
  return 0.5 * mean(mated, -1) + 0.5 * mean(nonMated, 1);
}

const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

function scoresOf(verifier: Verifier, { mated, nonMated }: LabeledPairs) {
  const score = ([a, b]: EncodingPair): number => logOddsOf(verifier, a, b);
  return { mated: Float64Array.from(mated, score), nonMated: Float64Array.from(nonMated, score) };
}

function probabilitiesOf(verifier: Verifier, pairs: LabeledPairs) {
  const { mated, nonMated } = scoresOf(verifier, pairs);
  return { mated: mated.map(probabilityOfLogOdds), nonMated: nonMated.map(probabilityOfLogOdds) };
}

function byDistance(probability: (distance: number) => number, { mated, nonMated }: LabeledPairs) {
  const stated = (pairs: readonly EncodingPair[]): Float64Array =>
    Float64Array.from(pairs, ([a, b]) => probability(distance(a, b)));
  return { mated: stated(mated), nonMated: stated(nonMated) };
}

function thresholdAccuracies(calibration: LabeledPairs, test: LabeledPairs) {
  const [before, after] = [distancesOf(calibration), distancesOf(test)];
  return {
    thresholdAccuracy: accuracyAt(after, bestThreshold(before)),
    bestThresholdAccuracy: accuracyAt(after, bestThreshold(after)),
  };
}

function distancesOf({ mated, nonMated }: LabeledPairs): Comparisons {
  const side = (pairs: readonly EncodingPair[]): Float32Array =>
    sortDistances(Float32Array.from(pairs, ([a, b]) => distance(a, b)));
  return { mated: side(mated), nonMated: side(nonMated) };
}

const countOf = ({ mated, nonMated }: LabeledPairs) => ({
  mated: mated.length,
  nonMated: nonMated.length,
});
