import type { Value } from '../graph/graph.ts';
import type { Builder, GradientContext, OperatorDefinition } from '../graph/operator.ts';
import { scalar } from '../graph/tensor.ts';
import { commonType, sameAsInput } from './elementwise.ts';
import { greater } from './greater.ts';
import { less } from './less.ts';
import { constantLike, outputGradient } from './rules.ts';
import { where } from './where.ts';

export const clipOperator: OperatorDefinition = {
  op: 'Clip',
  arity: [1, 3],
  attributes: {},
  shape: (context) => {
    commonType(context);
    return sameAsInput(context);
  },
  gradient: clipGradient,
};

/** x limited to [least, most] (float32). */
export function clip(builder: Builder, x: Value, least: number, most: number): Value {
  return builder.apply('Clip', [
    x,
    builder.constant(scalar(least)),
    builder.constant(scalar(most)),
  ]);
}

/** The gradient passes where x lies within the limits, and reaches a limit where x lies beyond it. */
function clipGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, node, needs } = context;
  const [x, least = null, most = null] = node.inputs;
  const zero = constantLike(builder, x!, 0);
  const below = least && less(builder, x!, least);
  const above = most && greater(builder, x!, most);
  const gradient = outputGradient(context);
  const without = (outside: Value | null, inside: Value) =>
    outside === null ? inside : where(builder, outside, zero, inside);
  const within = (outside: Value | null) => outside && where(builder, outside, gradient, zero);
  return [
    needs(0) ? without(below, without(above, gradient)) : null,
    needs(1) ? within(below) : null,
    needs(2) ? within(above) : null,
  ];
}
