import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { reduce, reductionOperator, type ReductionOptions } from './reduction.ts';
import { divide } from './divide.ts';
import { countAlong } from './axes.ts';
import { constantLike } from './rules.ts';

export const reduceMeanOperator: OperatorDefinition = reductionOperator(
  'ReduceMean',
  (b, { x, gradient, axes }) => divide(b, gradient, constantLike(b, x, countAlong(x, axes))),
);

/** Mean over axes. */
export function reduceMean(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceMean', x, options);
}
