import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const ceilOperator: OperatorDefinition = unaryOperator(
  'Ceil',
  // Its derivative is zero wherever it has one.
  'not-differentiable',
);

/** The next integer above. */
export function ceil(builder: Builder, x: Value): Value {
  return builder.apply('Ceil', [x]);
}
