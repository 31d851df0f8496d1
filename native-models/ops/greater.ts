import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { comparisonOperator } from './elementwise.ts';

export const greaterOperator: OperatorDefinition = comparisonOperator('Greater');

/** a > b, as bool. */
export function greater(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Greater', [a, b]);
}
