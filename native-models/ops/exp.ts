import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';
import { multiply } from './multiply.ts';
import { unaryRule } from './rules.ts';

export const expOperator: OperatorDefinition = unaryOperator(
  'Exp',
  unaryRule((b, { y, gradient }) => multiply(b, gradient, y)),
);

/** e to the power x. */
export function exp(builder: Builder, x: Value): Value {
  return builder.apply('Exp', [x]);
}
