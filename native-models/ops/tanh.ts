import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';
import { multiply } from './multiply.ts';
import { constantLike, unaryRule } from './rules.ts';
import { subtract } from './subtract.ts';

export const tanhOperator: OperatorDefinition = unaryOperator(
  'Tanh',
  unaryRule((b, { y, gradient }) =>
    multiply(b, gradient, subtract(b, constantLike(b, y, 1), multiply(b, y, y))),
  ),
);

/** Hyperbolic tangent. */
export function tanh(builder: Builder, x: Value): Value {
  return builder.apply('Tanh', [x]);
}
