import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { binaryOperator } from './elementwise.ts';

export const multiplyOperator: OperatorDefinition = binaryOperator('Mul');

/** a · b with broadcasting. */
export function multiply(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Mul', [a, b]);
}
