import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { binaryOperator } from './elementwise.ts';
import { multiply } from './multiply.ts';
import { negate } from './negate.ts';
import { binaryRule } from './rules.ts';

export const divideOperator: OperatorDefinition = binaryOperator(
  'Div',
  binaryRule(
    (b, parts) => divide(b, parts.gradient, parts.b),
    (b, parts) => negate(b, divide(b, multiply(b, parts.gradient, parts.y), parts.b)),
  ),
);

/** a / b with broadcasting; of integers, rounded toward zero. */
export function divide(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Div', [a, b]);
}
