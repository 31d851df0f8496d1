import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';
import { divide } from './divide.ts';
import { unaryRule } from './rules.ts';

export const logOperator: OperatorDefinition = unaryOperator(
  'Log',
  unaryRule((b, { x, gradient }) => divide(b, gradient, x)),
);

/** Natural logarithm. */
export function log(builder: Builder, x: Value): Value {
  return builder.apply('Log', [x]);
}
