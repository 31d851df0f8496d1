import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const negateOperator: OperatorDefinition = unaryOperator('Neg');

/** −x. */
export function negate(builder: Builder, x: Value): Value {
  return builder.apply('Neg', [x]);
}
