import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { reduce, reductionOperator, type ReductionOptions } from './reduction.ts';
import { reducedExtremumRule } from './reduced-extremum.ts';

export const reduceMaxOperator: OperatorDefinition = reductionOperator(
  'ReduceMax',
  reducedExtremumRule,
);

/** Largest value over axes. */
export function reduceMax(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceMax', x, options);
}
