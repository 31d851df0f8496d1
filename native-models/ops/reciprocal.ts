import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';
import { multiply } from './multiply.ts';
import { negate } from './negate.ts';
import { unaryRule } from './rules.ts';

export const reciprocalOperator: OperatorDefinition = unaryOperator(
  'Reciprocal',
  unaryRule((b, { y, gradient }) => negate(b, multiply(b, gradient, multiply(b, y, y)))),
);

/** 1 / x. */
export function reciprocal(builder: Builder, x: Value): Value {
  return builder.apply('Reciprocal', [x]);
}
