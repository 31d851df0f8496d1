import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { combineBooleans } from './elementwise.ts';

export const orOperator: OperatorDefinition = {
  op: 'Or',
  arity: [2, 2],
  attributes: {},
  shape: combineBooleans,
  gradient: 'not-differentiable',
};

/** Disjunction of two bool tensors with broadcasting. */
export function or(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Or', [a, b]);
}
