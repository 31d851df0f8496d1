import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { comparisonOperator } from './elementwise.ts';

export const equalOperator: OperatorDefinition = comparisonOperator('Equal');

/** a = b, as bool. */
export function equal(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Equal', [a, b]);
}
