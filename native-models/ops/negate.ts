import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';
import { unaryRule } from './rules.ts';

export const negateOperator: OperatorDefinition = unaryOperator(
  'Neg',
  unaryRule((b, { gradient }) => negate(b, gradient)),
);

/** −x. */
export function negate(builder: Builder, x: Value): Value {
  return builder.apply('Neg', [x]);
}
