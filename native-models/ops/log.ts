import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const logOperator: OperatorDefinition = unaryOperator('Log');

/** Natural logarithm. */
export function log(builder: Builder, x: Value): Value {
  return builder.apply('Log', [x]);
}
