import { int } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { normaliseAxis } from './axes.ts';
import { expectType } from './elementwise.ts';

export const gatherOperator: OperatorDefinition = {
  op: 'Gather',
  arity: [2, 2],
  attributes: { axis: 'int' },
  shape: (context) => {
    expectType(context, 1, ['int32', 'int64']);
    const { type, shape } = context.input(0);
    const axis = normaliseAxis(context, context.int('axis', 0), shape.length);
    return [{ type, shape: shape.toSpliced(axis, 1, ...context.input(1).shape) }];
  },
};

/** Entries of x along an axis, in the order of `indices`, whose shape replaces that axis. */
export function gather(builder: Builder, x: Value, indices: Value, axis: number): Value {
  return builder.apply('Gather', [x, indices], { axis: int(axis) });
}
