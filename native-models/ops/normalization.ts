import type { Value } from '../graph/graph.ts';
import type { Builder } from '../graph/operator.ts';
import { add } from './add.ts';
import { divide } from './divide.ts';
import { multiply } from './multiply.ts';
import { reduceMean } from './reduce-mean.ts';
import { reshape } from './reshape.ts';
import { constantLike } from './rules.ts';
import { sqrt } from './sqrt.ts';
import { subtract } from './subtract.ts';

/** x with mean 0 and variance 1 along axes, and what that took. */
export interface Standardized {
  readonly mean: Value;
  readonly variance: Value;
  /** √(variance + epsilon) */
  readonly deviation: Value;
  readonly values: Value;
}

export function standardize(
  builder: Builder,
  x: Value,
  axes: readonly number[],
  epsilon: number,
): Standardized {
  const mean = reduceMean(builder, x, { axes });
  const centered = subtract(builder, x, mean);
  const variance = reduceMean(builder, multiply(builder, centered, centered), { axes });
  const deviation = sqrt(builder, add(builder, variance, constantLike(builder, x, epsilon)));
  return { mean, variance, deviation, values: divide(builder, centered, deviation) };
}

/** ∂loss/∂x from ∂loss/∂values: (g − mean g − values · mean(g · values)) / deviation. */
export function standardizeGradient(
  builder: Builder,
  { deviation, values }: Standardized,
  gradient: Value,
  axes: readonly number[],
): Value {
  const shift = reduceMean(builder, gradient, { axes });
  const stretch = reduceMean(builder, multiply(builder, gradient, values), { axes });
  const rest = subtract(builder, gradient, shift);
  return divide(builder, subtract(builder, rest, multiply(builder, values, stretch)), deviation);
}

/** [C] as [C, 1, …], which broadcasts to [N, C, …]. */
export function perChannel(builder: Builder, parameter: Value, rank: number): Value {
  return reshape(builder, parameter, [-1, ...Array.from({ length: rank - 2 }, () => 1)]);
}
