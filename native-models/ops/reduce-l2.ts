import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { reduce, reductionOperator, type ReductionOptions } from './reduction.ts';
import { divide } from './divide.ts';
import { greater } from './greater.ts';
import { multiply } from './multiply.ts';
import { constantLike } from './rules.ts';
import { where } from './where.ts';

export const reduceL2Operator: OperatorDefinition = reductionOperator(
  'ReduceL2',
  // Of all slopes at the tip of the cone, zero is the one in its middle.
  (b, { x, y, gradient }) => {
    const zero = constantLike(b, x, 0);
    const slope = where(b, greater(b, y, zero), divide(b, gradient, y), zero);
    return multiply(b, x, slope);
  },
);

/** Euclidean norm over axes. */
export function reduceL2(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceL2', x, options);
}
