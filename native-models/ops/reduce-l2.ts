import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { reduce, reductionOperator, type ReductionOptions } from './reduction.ts';

export const reduceL2Operator: OperatorDefinition = reductionOperator('ReduceL2');

/** Euclidean norm over axes. */
export function reduceL2(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceL2', x, options);
}
