import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const reluOperator: OperatorDefinition = unaryOperator('Relu');

/** max(x, 0). */
export function relu(builder: Builder, x: Value): Value {
  return builder.apply('Relu', [x]);
}
