import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { comparisonOperator } from './elementwise.ts';

export const greaterOrEqualOperator: OperatorDefinition = comparisonOperator('GreaterOrEqual');

/** a ≥ b, as bool. */
export function greaterOrEqual(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('GreaterOrEqual', [a, b]);
}
