import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { binaryOperator } from './elementwise.ts';
import { negate } from './negate.ts';
import { binaryRule } from './rules.ts';

export const subtractOperator: OperatorDefinition = binaryOperator(
  'Sub',
  binaryRule(
    (_, { gradient }) => gradient,
    (b, { gradient }) => negate(b, gradient),
  ),
);

/** a − b with broadcasting. */
export function subtract(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Sub', [a, b]);
}
