import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { reduce, reductionOperator, type ReductionOptions } from './reduction.ts';

export const reduceMeanOperator: OperatorDefinition = reductionOperator('ReduceMean');

/** Mean over axes. */
export function reduceMean(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceMean', x, options);
}
