import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const expOperator: OperatorDefinition = unaryOperator('Exp');

/** e to the power x. */
export function exp(builder: Builder, x: Value): Value {
  return builder.apply('Exp', [x]);
}
