import type { ProbabilityCurve } from './probability.ts';

/**
 * How two encodings become the features of a binary classification "same person or not" (Taigman
 * et al. 2014, section 5), element by element:
 *
 * - `absolute-difference`: |a − b|
 * - `chi-square`: (a − b)² / (a + b) on values that `shift` makes positive; encodings are signed,
 *   and without it a sum near zero would make noise of a feature.
 */
export type PairForm = 'absolute-difference' | 'chi-square';
export const pairForms: readonly PairForm[] = ['absolute-difference', 'chi-square'];

/** From a score to log-odds of "the same person" at a prior of one half: slope · score + intercept. */
export interface Platt {
  readonly slope: number;
  readonly intercept: number;
}

/** Logistic regression on the features of a pair, then Platt's sigmoid on its result. */
export interface Verifier {
  readonly form: PairForm;
  /** Added to every value of an encoding; 0 where the form needs none. */
  readonly shift: number;
  /** One per value of an encoding. */
  readonly weights: readonly number[];
  readonly bias: number;
  /** Of weights · features + bias. */
  readonly platt: Platt;
}

/** Says how much two encodings of one encoder speak for one person. */
export interface Evidence {
  readonly source: 'verifier' | 'curve';
  /** Log-odds at a prior of one half. */
  readonly logOdds: (a: Float32Array, b: Float32Array) => number;
  readonly warnings: readonly string[];
}

/** The least that a sum of two shifted values counts for. */
const LEAST_SUM = 1e-3;

/** Writes the features of the pair (a, b), float32[dimension], to `target` from `offset` on. */
export function writeFeatures(
  { form, shift }: Pick<Verifier, 'form' | 'shift'>,
  [a, b]: readonly [Float32Array, Float32Array],
  target: Float32Array,
  offset = 0,
): void {
  for (let i = 0; i < a.length; i++) target[offset + i] = feature(form, shift, a[i]!, b[i]!);
}

function feature(form: PairForm, shift: number, a: number, b: number): number {
  const difference = a - b;
  switch (form) {
    case 'absolute-difference':
      return Math.abs(difference);
    case 'chi-square':
      return difference ** 2 / Math.max(a + b + 2 * shift, LEAST_SUM);
  }
}

/**
 * The evidence of a pair for "the same person": log-odds at a prior of one half, which is the
 * logarithm of the likelihood ratio. Any other prior adds its own log-odds.
 */
export function logOddsOf(verifier: Verifier, a: Float32Array, b: Float32Array): number {
  const { form, shift, weights, bias, platt } = verifier;
  let sum = bias;
  for (let i = 0; i < weights.length; i++) sum += weights[i]! * feature(form, shift, a[i]!, b[i]!);
  return platt.slope * sum + platt.intercept;
}

/** 0…1 of log-odds. */
export const probabilityOfLogOdds = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** Somebody who may be named for a face. */
export interface Candidate {
  /** Of the nearest template, in the encoder's own space. */
  readonly distance: number;
  /** Evidence of the two encodings for "the same person": log-odds at a prior of one half. */
  readonly logOdds: number;
  /** The distance up to which this person is named: the general threshold or a nearer one of their own. */
  readonly threshold: number;
}

/** What is known before anybody looks at the face. */
export interface Expectation {
  /** How many people are enrolled; 1 where two faces are compared. */
  readonly people: number;
  /** What a distance says on the average: log-odds slope · (midpoint − distance). */
  readonly curve: ProbabilityCurve;
}

/** Who a face shows, and how sure that is. */
export interface Decision {
  /** The first of the candidates is named; otherwise nobody is. */
  readonly named: boolean;
  /**
   * One per candidate; the rest to one is "somebody else or nobody". Of the one who is named at least
   * ½; where nobody is named, at most ½ in total.
   */
  readonly probabilities: readonly number[];
}

/**
 * Decides about a face, in identification and (with a single candidate) in verification. The threshold
 * alone says who is named, so its error rates are what they were measured to be. The probabilities
 * follow from the evidence, and are held to the side of the decision ([Note: one notion of how sure]
 * in docs/how-sure.md).
 *
 * @param candidates nearest first
 */
export function decide(candidates: readonly Candidate[], expectation: Expectation): Decision {
  const [nearest] = candidates;
  const named = nearest !== undefined && nearest.distance <= nearest.threshold;
  return { named, probabilities: held(named, posteriorsOf(candidates, expectation)) };
}

/**
 * Bayes' theorem over the candidates and "nobody": P(i) = o(i) / (1 + Σ o(j)), where the odds o of
 * each against "nobody" are its likelihood ratio times its prior odds.
 *
 * Prior odds are 1 / people: one half for "nobody", the other half shared by all alike. But they are
 * never more than what the threshold in force implies, which has the odds even at the threshold: who
 * sets it nearer expects more strangers.
 *
 * People who are not among the candidates are farther away than the last of them and are left out.
 */
export function posteriorsOf(
  candidates: readonly Candidate[],
  { people, curve }: Expectation,
): readonly number[] {
  const shared = -Math.log(Math.max(people, candidates.length, 1));
  const odds = candidates.map(
    ({ logOdds, threshold }) =>
      logOdds + Math.min(shared, curve.slope * (threshold - curve.midpoint)),
  );
  // The largest is taken out: a likelihood ratio may exceed what a number holds.
  const largest = Math.max(0, ...odds);
  const shares = odds.map((value) => Math.exp(value - largest));
  const total = shares.reduce((sum, share) => sum + share, Math.exp(-largest));
  return shares.map((share) => share / total);
}

/**
 * Probabilities held to what was decided, which gets at least one half; the others share the rest in
 * the proportion that they had. It happens near the threshold, and between people who look alike.
 */
export function held(named: boolean, probabilities: readonly number[]): readonly number[] {
  const first = probabilities[0] ?? 0;
  const all = probabilities.reduce((sum, probability) => sum + probability, 0);
  if (named) {
    if (first >= 0.5) return probabilities;
    const factor = 0.5 / (1 - first);
    return probabilities.map((probability, i) =>
      i === 0 ? 0.5 : Math.min(0.5, probability * factor),
    );
  }
  if (all <= 0.5) return probabilities;
  const factor = 0.5 / all;
  return probabilities.map((probability) => Math.min(0.5, probability * factor));
}

/** The log-odds of "the same person" before two faces are seen, as a threshold implies them. */
export const priorLogOddsAt = (threshold: number, { slope, midpoint }: ProbabilityCurve): number =>
  Math.min(0, slope * (threshold - midpoint));

/** Comparisons whose truth is known, with the probability that was stated for "the same person". */
export interface Stated {
  readonly mated: Float64Array | readonly number[];
  readonly nonMated: Float64Array | readonly number[];
}

interface ReliabilityBin {
  /** Stated probabilities from `from` to `to`, the last bin including 1. */
  readonly from: number;
  readonly to: number;
  /** Comparisons in it. */
  readonly mated: number;
  readonly nonMated: number;
  /** Share of all comparisons, as the prior weighs mated and non-mated ones. */
  readonly share: number;
  /** Mean of what was stated, and the share that was true; null where the bin is empty. */
  readonly stated: number | null;
  readonly observed: number | null;
}

export interface Reliability {
  readonly bins: readonly ReliabilityBin[];
  /** Mean squared difference of probability and truth (Brier 1950); 0 is perfect. */
  readonly brier: number;
  /** Expected calibration error: mean over the comparisons of |stated − observed| of their bin. */
  readonly ece: number;
  /** Share of right answers at the probability ½. */
  readonly accuracy: number;
}

const BINS = 15;

/**
 * How far stated probabilities are to be trusted (Guo et al. 2017, with 15 bins of equal width).
 *
 * @param prior what mated comparisons weigh in total, however many there are, as non-mated ones weigh
 *   the rest: the share of mated comparisons that the probabilities assume
 */
export function reliabilityOf({ mated, nonMated }: Stated, prior = 0.5): Reliability {
  const bins = Array.from({ length: BINS }, () => ({ mated: 0, nonMated: 0, sum: 0, weight: 0 }));
  let brier = 0;
  let right = 0;
  const add = (side: Stated['mated'], truth: 0 | 1): void => {
    const weight = (truth === 1 ? prior : 1 - prior) / side.length;
    for (const stated of side) {
      const bin = bins[Math.min(BINS - 1, Math.floor(stated * BINS))]!;
      bin[truth === 1 ? 'mated' : 'nonMated'] += 1;
      bin.sum += weight * stated;
      bin.weight += weight;
      brier += weight * (stated - truth) ** 2;
      if (stated >= 0.5 === (truth === 1)) right += weight;
    }
  };
  add(mated, 1);
  add(nonMated, 0);
  const shown = bins.map((bin, place): ReliabilityBin => {
    const empty = bin.weight === 0;
    return {
      from: place / BINS,
      to: (place + 1) / BINS,
      mated: bin.mated,
      nonMated: bin.nonMated,
      share: bin.weight,
      stated: empty ? null : bin.sum / bin.weight,
      observed: empty ? null : (bin.mated * prior) / mated.length / bin.weight,
    };
  });
  const ece = shown.reduce(
    (sum, { share, stated, observed }) => sum + share * Math.abs((stated ?? 0) - (observed ?? 0)),
    0,
  );
  return { bins: shown, brier, ece, accuracy: right };
}
