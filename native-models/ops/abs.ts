import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const absOperator: OperatorDefinition = unaryOperator('Abs');

/** Absolute value. */
export function abs(builder: Builder, x: Value): Value {
  return builder.apply('Abs', [x]);
}
