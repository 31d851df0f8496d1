import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { expectType, sameAsInput } from './elementwise.ts';

export const notOperator: OperatorDefinition = {
  op: 'Not',
  arity: [1, 1],
  attributes: {},
  shape: (context) => {
    expectType(context, 0, ['bool']);
    return sameAsInput(context);
  },
  gradient: 'not-differentiable',
};

/** Negation of a bool tensor. */
export function not(builder: Builder, x: Value): Value {
  return builder.apply('Not', [x]);
}
