import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { binaryOperator } from './elementwise.ts';
import { binaryRule } from './rules.ts';

export const multiplyOperator: OperatorDefinition = binaryOperator(
  'Mul',
  binaryRule(
    (b, parts) => multiply(b, parts.gradient, parts.b),
    (b, parts) => multiply(b, parts.gradient, parts.a),
  ),
);

/** a · b with broadcasting. */
export function multiply(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Mul', [a, b]);
}
