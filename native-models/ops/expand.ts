import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { broadcast, formatShape, isConcrete, sameShape } from '../graph/shape.ts';
import { int64Vector, toNumbers } from '../graph/tensor.ts';
import { unaryRule } from './rules.ts';
import { equal } from './equal.ts';
import { where } from './where.ts';

export const expandOperator: OperatorDefinition = {
  op: 'Expand',
  arity: [2, 2],
  attributes: {},
  shape: (context) => {
    const { type, shape } = context.input(0);
    const target = toNumbers(context.constant(1));
    const common =
      broadcast(shape, target) ??
      context.refuse(
        'shape_mismatch',
        `cannot broadcast ${formatShape(shape)} and ${formatShape(target)}`,
      );
    return [{ type, shape: common }];
  },
  // The walk sums over what was repeated.
  gradient: unaryRule((_, { gradient }) => gradient),
};

/** x repeated to the shape that it broadcasts to together with `shape`. */
export function expand(builder: Builder, x: Value, shape: readonly number[]): Value {
  return builder.apply('Expand', [x, builder.constant(int64Vector(shape))]);
}

/** x repeated to the shape of `like`, dimensions that are open included. */
export function repeatTo(builder: Builder, x: Value, like: Value): Value {
  if (sameShape(x.shape, like.shape)) return x;
  if (isConcrete(like.shape)) return expand(builder, x, like.shape);
  // Whatever the comparison says, it broadcasts x.
  return where(builder, equal(builder, like, like), x, x);
}
