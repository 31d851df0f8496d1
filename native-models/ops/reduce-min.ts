import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { reduce, reductionOperator, type ReductionOptions } from './reduction.ts';
import { reducedExtremumRule } from './reduced-extremum.ts';

export const reduceMinOperator: OperatorDefinition = reductionOperator(
  'ReduceMin',
  reducedExtremumRule,
);

/** Smallest value over axes. */
export function reduceMin(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceMin', x, options);
}
