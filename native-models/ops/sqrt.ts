import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const sqrtOperator: OperatorDefinition = unaryOperator('Sqrt');

/** Square root. */
export function sqrt(builder: Builder, x: Value): Value {
  return builder.apply('Sqrt', [x]);
}
