import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const floorOperator: OperatorDefinition = unaryOperator(
  'Floor',
  // Its derivative is zero wherever it has one.
  'not-differentiable',
);

/** The next integer below. */
export function floor(builder: Builder, x: Value): Value {
  return builder.apply('Floor', [x]);
}
