import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';
import { divide } from './divide.ts';
import { multiply } from './multiply.ts';
import { constantLike, unaryRule } from './rules.ts';

export const sqrtOperator: OperatorDefinition = unaryOperator(
  'Sqrt',
  unaryRule((b, { y, gradient }) => divide(b, multiply(b, gradient, constantLike(b, y, 0.5)), y)),
);

/** Square root. */
export function sqrt(builder: Builder, x: Value): Value {
  return builder.apply('Sqrt', [x]);
}
