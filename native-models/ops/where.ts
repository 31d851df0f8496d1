import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { commonShape, commonType, expectType } from './elementwise.ts';
import { constantLike, outputGradient } from './rules.ts';

export const whereOperator: OperatorDefinition = {
  op: 'Where',
  arity: [3, 3],
  attributes: {},
  shape: (context) => {
    expectType(context, 0, ['bool']);
    return [{ type: commonType(context, 1), shape: commonShape(context) }];
  },
  gradient: (context) => {
    const { builder, node, needs } = context;
    const [condition] = node.inputs;
    const gradient = outputGradient(context);
    const zero = constantLike(builder, gradient, 0);
    return [
      null,
      needs(1) ? where(builder, condition!, gradient, zero) : null,
      needs(2) ? where(builder, condition!, zero, gradient) : null,
    ];
  },
};

/** Elements of a where the condition (bool) holds, else of b; all three broadcast. */
export function where(builder: Builder, condition: Value, a: Value, b: Value): Value {
  return builder.apply('Where', [condition, a, b]);
}
