import { ints } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { formatShape } from '../graph/shape.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { normalizeAxes } from './axes.ts';
import { unaryRule } from './rules.ts';

export const transposeOperator: OperatorDefinition = {
  op: 'Transpose',
  arity: [1, 1],
  attributes: { perm: 'ints' },
  shape: (context) => {
    const { type, shape } = context.input(0);
    const order = orderOf(context);
    if (order.length !== shape.length || order.some((axis) => axis < 0))
      context.refuse(
        'wrong_attribute',
        `cannot put ${formatShape(shape)} into the order ${formatShape(order)}`,
      );
    normalizeAxes(context, order, shape.length);
    return [{ type, shape: order.map((axis) => shape[axis]!) }];
  },
  gradient: unaryRule((b, { gradient, context }) =>
    transpose(b, gradient, inverse(orderOf(context))),
  ),
};

/** Axes in another order: axis i of the output is axis `order[i]` of x. */
export function transpose(builder: Builder, x: Value, order: readonly number[]): Value {
  return builder.apply('Transpose', [x], { perm: ints(order) });
}

function orderOf(context: ShapeContext): readonly number[] {
  return context.ints('perm', [...context.input(0).shape.keys()].reverse());
}

const inverse = (order: readonly number[]) => order.map((_, axis) => order.indexOf(axis));
