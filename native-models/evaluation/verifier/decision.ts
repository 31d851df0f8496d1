import type { ProbabilityCurve } from '../probability.ts';

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
