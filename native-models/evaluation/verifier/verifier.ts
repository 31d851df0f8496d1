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
