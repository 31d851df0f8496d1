import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { binaryOperator } from './elementwise.ts';
import { binaryRule } from './rules.ts';

export const addOperator: OperatorDefinition = binaryOperator(
  'Add',
  binaryRule(
    (_, { gradient }) => gradient,
    (_, { gradient }) => gradient,
  ),
);

/** a + b with broadcasting. */
export function add(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Add', [a, b]);
}
