import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { binaryOperator } from './elementwise.ts';

export const divideOperator: OperatorDefinition = binaryOperator('Div');

/** a / b with broadcasting; of integers, rounded towards zero. */
export function divide(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Div', [a, b]);
}
