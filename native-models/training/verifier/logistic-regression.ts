import { CurvatureHistory } from '../../../foundation/lbfgs.ts';
import { addScaled, dot, scale } from '../../../foundation/vectors.ts';
import type { Platt } from '../../evaluation/verifier.ts';

type Vector = Float64Array<ArrayBuffer>;

/** Value and gradient at a point; the gradient is written to the array given. */
export type Objective = (point: Vector, gradient: Vector) => number;

const MEMORY = 10;
const MOST_HALVINGS = 40;
/** Share of the predicted decrease that a step must bring (Armijo). */
const SUFFICIENT_DECREASE = 1e-4;

/**
 * Minimizes a smooth convex function by L-BFGS (Nocedal 1980) with steps halved until the value
 * falls enough (Armijo). Ends where no step helps any more, or the gradient is next to nothing.
 */
export function minimize(
  objective: Objective,
  start: Vector,
  { steps = 300, tolerance = 1e-7 } = {},
): Vector {
  let at: Reached = { point: Float64Array.from(start), gradient: start.slice(), value: 0 };
  at = { ...at, value: objective(at.point, at.gradient) };
  const history = new CurvatureHistory(() => new Float64Array(start.length), MEMORY);
  for (let step = 0; step < steps && norm(at.gradient) > tolerance; step++) {
    const direction = at.gradient.slice();
    history.applyInverse(direction);
    scale(direction, -1);
    const first = history.size === 0 ? 1 / Math.max(1, norm(at.gradient)) : 1;
    const found = search(objective, at, direction, first);
    if (found === null) break;
    history.remember([at.point, at.gradient], [found.point, found.gradient]);
    at = found;
  }
  return at.point;
}

interface Reached {
  readonly point: Vector;
  readonly gradient: Vector;
  readonly value: number;
}

/** Null where no step along the direction helps. */
function search(
  objective: Objective,
  { point: from, gradient: before, value: start }: Reached,
  direction: Vector,
  first: number,
): Reached | null {
  const slope = dot(direction, before);
  if (!(slope < 0)) return null;
  const gradient = new Float64Array(from.length);
  for (let halving = 0, size = first; halving < MOST_HALVINGS; halving++, size /= 2) {
    const point = from.slice();
    addScaled(point, size, direction);
    const value = objective(point, gradient);
    if (value <= start + SUFFICIENT_DECREASE * size * slope) return { point, gradient, value };
  }
  return null;
}

const norm = (vector: Vector): number => Math.sqrt(dot(vector, vector));

/** Rows of features with what is to be learned of each. */
export interface Rows {
  /** float32[rows × columns]. */
  readonly features: Float32Array;
  readonly columns: number;
  /** 0…1 per row: the probability that is aimed at. */
  readonly targets: Float64Array;
  /** How much each row counts; they sum to one. */
  readonly weights: Float64Array;
}

interface LogisticFit {
  readonly weights: Float64Array;
  readonly bias: number;
}

/**
 * Logistic regression by maximum likelihood. The weights are pulled toward their common mean, not
 * toward nothing: with a strong penalty all columns weigh the same, as they do in a distance, and
 * the data has to give reasons for telling them apart. The problem is convex, so neither start nor
 * order matters.
 *
 * @param penalty on half the squared distance of the standardized weights from their mean; Infinity
 *   leaves one weight for all
 */
export function fitLogistic(rows: Rows, penalty: number): LogisticFit {
  const { columns } = rows;
  const scale = rootMeanSquare(rows.features);
  const free = penalty < Infinity ? columns : 0;
  const scaled = { scale, sums: rowSums(rows, scale), free, penalty };
  const at = minimize(
    (point, gradient) => likelihood(rows, scaled, point, gradient),
    new Float64Array(free + 2),
  );
  const common = at[free]! / Math.sqrt(columns);
  const weights = Float64Array.from(
    { length: columns },
    (_, i) => (common + (i < free ? at[i]! : 0)) / scale,
  );
  return { weights, bias: at[free + 1]! };
}

interface Scaled {
  /** What all features are divided by: one number, so that equal weights stay equal. */
  readonly scale: number;
  /** Sum of the scaled features of each row, over the root of their number. */
  readonly sums: Float64Array;
  /** Columns with a weight of their own beside the common one. */
  readonly free: number;
  readonly penalty: number;
}

/** Penalized negative log-likelihood; the point is own weights, common weight, bias. */
function likelihood(
  { features, columns, targets, weights }: Rows,
  { scale, sums, free, penalty }: Scaled,
  at: Float64Array,
  gradient: Float64Array,
): number {
  gradient.fill(0);
  const [common, bias] = [at[free]!, at[free + 1]!];
  let loss = 0;
  for (let row = 0; row < targets.length; row++) {
    const start = row * columns;
    let own = 0;
    for (let i = 0; i < free; i++) own += at[i]! * features[start + i]!;
    const z = own / scale + common * sums[row]! + bias;
    const [target, weight] = [targets[row]!, weights[row]!];
    loss += weight * (Math.max(z, 0) - target * z + Math.log1p(Math.exp(-Math.abs(z))));
    const error = weight * (1 / (1 + Math.exp(-z)) - target);
    for (let i = 0; i < free; i++) gradient[i]! += error * features[start + i]!;
    gradient[free]! += error * sums[row]!;
    gradient[free + 1]! += error;
  }
  for (let i = 0; i < free; i++) {
    gradient[i] = gradient[i]! / scale + penalty * at[i]!;
    loss += (penalty / 2) * at[i]! ** 2;
  }
  return loss;
}

function rootMeanSquare(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum / Math.max(1, values.length)) || 1;
}

function rowSums({ features, columns, targets }: Rows, scale: number): Float64Array {
  return Float64Array.from({ length: targets.length }, (_, row) => {
    let sum = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += features[i]!;
    return sum / scale / Math.sqrt(columns);
  });
}

/** Results of a classifier on pairs whose truth is known. */
interface Scores {
  readonly mated: Float64Array;
  readonly nonMated: Float64Array;
}

/**
 * Platt's sigmoid (1999): what log-odds a score stands for, fitted on people whom the classifier
 * has not seen. Both kinds of pairs weigh one half, which is the prior of the result. Targets are
 * shrunk from 0 and 1 as Platt has it, so that cleanly separated scores still give a finite slope.
 */
export function fitPlatt({ mated, nonMated }: Scores): Platt {
  const rows = mated.length + nonMated.length;
  const isMated = (row: number): boolean => row < mated.length;
  const { weights, bias } = fitLogistic(
    {
      features: Float32Array.from([...mated, ...nonMated]),
      columns: 1,
      targets: Float64Array.from({ length: rows }, (_, row) =>
        isMated(row) ? (mated.length + 1) / (mated.length + 2) : 1 / (nonMated.length + 2),
      ),
      weights: Float64Array.from(
        { length: rows },
        (_, row) => 0.5 / (isMated(row) ? mated : nonMated).length,
      ),
    },
    Infinity,
  );
  return { slope: weights[0]!, intercept: bias };
}
