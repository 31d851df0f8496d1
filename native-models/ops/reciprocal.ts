import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const reciprocalOperator: OperatorDefinition = unaryOperator('Reciprocal');

/** 1 / x. */
export function reciprocal(builder: Builder, x: Value): Value {
  return builder.apply('Reciprocal', [x]);
}
