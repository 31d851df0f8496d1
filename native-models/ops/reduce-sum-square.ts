import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { reduce, reductionOperator, type ReductionOptions } from './reduction.ts';

export const reduceSumSquareOperator: OperatorDefinition = reductionOperator('ReduceSumSquare');

/** Sum of squares over axes. */
export function reduceSumSquare(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceSumSquare', x, options);
}
