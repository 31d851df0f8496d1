import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { reduce, reductionOperator, type ReductionOptions } from './reduction.ts';
import { multiply } from './multiply.ts';
import { constantLike } from './rules.ts';

export const reduceSumSquareOperator: OperatorDefinition = reductionOperator(
  'ReduceSumSquare',
  (b, { x, gradient }) => multiply(b, x, multiply(b, gradient, constantLike(b, x, 2))),
);

/** Sum of squares over axes. */
export function reduceSumSquare(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceSumSquare', x, options);
}
