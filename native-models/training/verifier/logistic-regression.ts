import { minimize } from './minimize.ts';

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

export interface LogisticFit {
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
