import { countBelow, type Comparisons } from './pairs.ts';

/** probability(same person) = 1 / (1 + exp(slope · (distance − midpoint))). */
export interface ProbabilityCurve {
  readonly midpoint: number;
  readonly slope: number;
}

/** A distance, how much it counts, and the probability that the curve should give there. */
interface Sample {
  readonly distance: number;
  readonly weight: number;
  readonly target: number;
}

const SAMPLES_PER_SIDE = 20_000;
const MOST_STEPS = 100;

/**
 * Fits the logistic curve by maximum likelihood, mated and non-mated comparisons weighing the same
 * (even prior). Targets are shrunk from 0 and 1 as Platt (1999) has it, so that cleanly separated
 * distances still give a finite slope. Newton's method with halved steps (Lin, Lin & Weng 2007):
 * of two parameters the Hessian is at hand, and L-BFGS would only estimate it.
 * Long lists enter by evenly spaced quantiles; infinite distances do not enter.
 */
export function fitProbability(comparisons: Comparisons): ProbabilityCurve {
  const samples = [...sampleSide(comparisons.mated, 1), ...sampleSide(comparisons.nonMated, 0)];
  let curve = start(samples);
  let loss = negativeLogLikelihood(samples, curve);
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = improve(samples, curve, loss);
    if (next === null) break;
    const gain = loss - next.loss;
    ({ curve, loss } = next);
    if (gain < 1e-12) break;
  }
  return { midpoint: -curve.b / curve.a, slope: curve.a };
}

/** Logit of a non-match: a · distance + b. */
interface Line {
  readonly a: number;
  readonly b: number;
}

function sampleSide(ascending: Float32Array, label: 0 | 1): readonly Sample[] {
  const finite = ascending.subarray(0, countBelow(ascending, Infinity));
  const count = Math.min(finite.length, SAMPLES_PER_SIDE);
  const target = label === 1 ? (finite.length + 1) / (finite.length + 2) : 1 / (finite.length + 2);
  return Array.from({ length: count }, (_, index) => ({
    distance: finite[Math.floor(((index + 0.5) * finite.length) / count)]!,
    weight: 1 / count,
    target,
  }));
}

/** Half-way between the mean distances of the two sides, with a slope to match their gap. */
function start(samples: readonly Sample[]): Line {
  const mean = (wanted: (sample: Sample) => boolean) =>
    samples.filter(wanted).reduce((sum, { distance, weight }) => sum + distance * weight, 0);
  const near = mean(({ target }) => target > 0.5);
  const far = mean(({ target }) => target <= 0.5);
  const a = 4 / Math.max(Math.abs(far - near), 1e-3);
  return { a, b: (-a * (near + far)) / 2 };
}

function negativeLogLikelihood(samples: readonly Sample[], { a, b }: Line): number {
  let sum = 0;
  for (const { distance, weight, target } of samples) {
    const z = a * distance + b;
    sum += weight * (Math.max(z, 0) - (1 - target) * z + Math.log1p(Math.exp(-Math.abs(z))));
  }
  return sum;
}

/** One Newton step, halved until the likelihood grows; null where none does. */
function improve(
  samples: readonly Sample[],
  line: Line,
  loss: number,
): { readonly curve: Line; readonly loss: number } | null {
  const direction = newtonDirection(samples, line);
  for (let size = 1; size > 1e-10; size /= 2) {
    const curve = { a: line.a - size * direction.a, b: line.b - size * direction.b };
    const next = negativeLogLikelihood(samples, curve);
    if (next < loss) return { curve, loss: next };
  }
  return null;
}

function newtonDirection(samples: readonly Sample[], { a, b }: Line): Line {
  // The small constant keeps the Hessian positive definite where the curve is already steep.
  let [haa, hab, hbb, ga, gb] = [1e-12, 0, 1e-12, 0, 0];
  for (const { distance, weight, target } of samples) {
    const nonMatch = 1 / (1 + Math.exp(-(a * distance + b)));
    const slope = weight * (nonMatch - (1 - target));
    const curvature = weight * nonMatch * (1 - nonMatch);
    ga += slope * distance;
    gb += slope;
    haa += curvature * distance * distance;
    hab += curvature * distance;
    hbb += curvature;
  }
  const determinant = haa * hbb - hab * hab;
  return { a: (hbb * ga - hab * gb) / determinant, b: (haa * gb - hab * ga) / determinant };
}
