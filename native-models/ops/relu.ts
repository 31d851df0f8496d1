import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';
import { greater } from './greater.ts';
import { constantLike, unaryRule } from './rules.ts';
import { where } from './where.ts';

export const reluOperator: OperatorDefinition = unaryOperator(
  'Relu',
  unaryRule((b, { y, gradient }) => {
    const zero = constantLike(b, y, 0);
    return where(b, greater(b, y, zero), gradient, zero);
  }),
);

/** max(x, 0). */
export function relu(builder: Builder, x: Value): Value {
  return builder.apply('Relu', [x]);
}
