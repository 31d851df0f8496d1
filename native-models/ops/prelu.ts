import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { broadcast, formatShape, sameShape } from '../graph/shape.ts';
import { commonType } from './elementwise.ts';
import { greater } from './greater.ts';
import { multiply } from './multiply.ts';
import { binaryRule, constantLike } from './rules.ts';
import { where } from './where.ts';

export const preluOperator: OperatorDefinition = {
  op: 'PRelu',
  arity: [2, 2],
  attributes: {},
  shape: (context) => {
    const { shape } = context.input(0);
    const slope = context.input(1).shape;
    const common = broadcast(shape, slope);
    if (common === null || !sameShape(common, shape))
      context.refuse(
        'shape_mismatch',
        `cannot broadcast its slope ${formatShape(slope)} to ${formatShape(shape)}`,
      );
    return [{ type: commonType(context), shape }];
  },
  gradient: binaryRule(
    (builder, { a: x, b: slope, gradient }) =>
      where(builder, positive(builder, x), gradient, multiply(builder, gradient, slope)),
    (builder, { a: x, gradient }) => {
      const zero = constantLike(builder, x, 0);
      return where(builder, positive(builder, x), zero, multiply(builder, gradient, x));
    },
  ),
};

/** x where positive, else slope · x; the slope broadcasts to x. */
export function prelu(builder: Builder, x: Value, slope: Value): Value {
  return builder.apply('PRelu', [x, slope]);
}

function positive(builder: Builder, x: Value): Value {
  return greater(builder, x, constantLike(builder, x, 0));
}
