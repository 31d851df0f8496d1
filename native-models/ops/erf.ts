import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const erfOperator: OperatorDefinition = unaryOperator('Erf');

/** The Gauss error function. */
export function erf(builder: Builder, x: Value): Value {
  return builder.apply('Erf', [x]);
}
