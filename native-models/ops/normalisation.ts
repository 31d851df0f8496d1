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
export interface Standardised {
  readonly mean: Value;
  readonly variance: Value;
  /** √(variance + epsilon) */
  readonly deviation: Value;
  readonly values: Value;
}

export function standardise(
  builder: Builder,
  x: Value,
  axes: readonly number[],
  epsilon: number,
): Standardised {
  const mean = reduceMean(builder, x, { axes });
  const centred = subtract(builder, x, mean);
  const variance = reduceMean(builder, multiply(builder, centred, centred), { axes });
  const deviation = sqrt(builder, add(builder, variance, constantLike(builder, x, epsilon)));
  return { mean, variance, deviation, values: divide(builder, centred, deviation) };
}

/** ∂loss/∂x from ∂loss/∂values: (g − mean g − values · mean(g · values)) / deviation. */
export function standardiseGradient(
  builder: Builder,
  { deviation, values }: Standardised,
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
