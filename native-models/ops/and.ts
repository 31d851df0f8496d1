import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { combineBooleans } from './elementwise.ts';

export const andOperator: OperatorDefinition = {
  op: 'And',
  arity: [2, 2],
  attributes: {},
  shape: combineBooleans,
  gradient: 'not-differentiable',
};

/** Conjunction of two bool tensors with broadcasting. */
export function and(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('And', [a, b]);
}
