import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { binaryOperator } from './elementwise.ts';

export const powerOperator: OperatorDefinition = binaryOperator('Pow');

/** a to the power b with broadcasting. */
export function power(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Pow', [a, b]);
}
