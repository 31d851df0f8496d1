import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { comparisonOperator } from './elementwise.ts';

export const lessOperator: OperatorDefinition = comparisonOperator('Less');

/** a < b, as bool. */
export function less(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Less', [a, b]);
}
