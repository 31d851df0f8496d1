import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const tanhOperator: OperatorDefinition = unaryOperator('Tanh');

/** Hyperbolic tangent. */
export function tanh(builder: Builder, x: Value): Value {
  return builder.apply('Tanh', [x]);
}
