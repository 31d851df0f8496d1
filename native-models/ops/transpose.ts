import { ints } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { formatShape } from '../graph/shape.ts';
import { normaliseAxes } from './axes.ts';

export const transposeOperator: OperatorDefinition = {
  op: 'Transpose',
  arity: [1, 1],
  attributes: { perm: 'ints' },
  shape: (context) => {
    const { type, shape } = context.input(0);
    const order = context.ints('perm', [...shape.keys()].reverse());
    if (order.length !== shape.length || order.some((axis) => axis < 0))
      context.refuse(
        'wrong_attribute',
        `cannot put ${formatShape(shape)} into the order ${formatShape(order)}`,
      );
    normaliseAxes(context, order, shape.length);
    return [{ type, shape: order.map((axis) => shape[axis]!) }];
  },
};

/** Axes in another order: axis i of the output is axis `order[i]` of x. */
export function transpose(builder: Builder, x: Value, order: readonly number[]): Value {
  return builder.apply('Transpose', [x], { perm: ints(order) });
}
