import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';
import { unaryRule } from './rules.ts';

export const identityOperator: OperatorDefinition = unaryOperator(
  'Identity',
  unaryRule((_, { gradient }) => gradient),
);

/** A copy. */
export function identity(builder: Builder, x: Value): Value {
  return builder.apply('Identity', [x]);
}
