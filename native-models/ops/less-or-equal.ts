import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { comparisonOperator } from './elementwise.ts';

export const lessOrEqualOperator: OperatorDefinition = comparisonOperator('LessOrEqual');

/** a ≤ b, as bool. */
export function lessOrEqual(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('LessOrEqual', [a, b]);
}
