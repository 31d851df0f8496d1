import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';
import { multiply } from './multiply.ts';
import { unaryRule } from './rules.ts';
import { sign } from './sign.ts';

export const absOperator: OperatorDefinition = unaryOperator(
  'Abs',
  unaryRule((b, { x, gradient }) => multiply(b, gradient, sign(b, x))),
);

/** Absolute value. */
export function abs(builder: Builder, x: Value): Value {
  return builder.apply('Abs', [x]);
}
