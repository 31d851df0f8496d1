import type { Value } from '../../graph/graph.ts';
import type { Builder } from '../../graph/operator.ts';
import { scalar } from '../../graph/tensor.ts';
import { add } from '../../ops/add.ts';
import { multiply } from '../../ops/multiply.ts';
import { reduceSumSquare } from '../../ops/reduce-sum-square.ts';
import { slice } from '../../ops/slice.ts';
import { subtract } from '../../ops/subtract.ts';

/** Σ (a − b)², a scalar. */
export function squaredDistance(builder: Builder, a: Value, b: Value): Value {
  return reduceSumSquare(builder, subtract(builder, a, b), { keepAxes: false });
}

/** Sum of squared differences between vertical and between horizontal neighbors of [1, C, H, W]. */
export function totalVariation(builder: Builder, image: Value): Value {
  const along = (axis: number) =>
    squaredDistance(
      builder,
      slice(builder, image, [{ axis, start: 1 }]),
      slice(builder, image, [{ axis, start: 0, end: -1 }]),
    );
  return add(builder, along(2), along(3));
}

/** Σ weight · value of scalars. */
export function weightedSum(
  builder: Builder,
  terms: readonly (readonly [weight: number, value: Value])[],
): Value {
  return terms
    .map(([weight, value]) => multiply(builder, value, builder.constant(scalar(weight))))
    .reduce((sum, term) => add(builder, sum, term));
}
