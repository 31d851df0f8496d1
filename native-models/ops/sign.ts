import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const signOperator: OperatorDefinition = unaryOperator(
  'Sign',
  // Its derivative is zero wherever it has one.
  'not-differentiable',
);

/** −1, 0 or 1. */
export function sign(builder: Builder, x: Value): Value {
  return builder.apply('Sign', [x]);
}
