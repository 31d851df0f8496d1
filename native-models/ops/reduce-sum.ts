import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { reduce, reductionOperator, type ReductionOptions } from './reduction.ts';

export const reduceSumOperator: OperatorDefinition = reductionOperator(
  'ReduceSum',
  (_, { gradient }) => gradient,
);

/** Sum over axes. */
export function reduceSum(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceSum', x, options);
}
