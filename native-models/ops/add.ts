import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { binaryOperator } from './elementwise.ts';

export const addOperator: OperatorDefinition = binaryOperator('Add');

/** a + b with broadcasting. */
export function add(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Add', [a, b]);
}
