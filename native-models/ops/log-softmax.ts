import { int } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { alongAxis } from './axes.ts';

export const logSoftmaxOperator: OperatorDefinition = {
  op: 'LogSoftmax',
  arity: [1, 1],
  attributes: { axis: 'int' },
  shape: alongAxis,
};

/** The logarithm of softmax along an axis. */
export function logSoftmax(builder: Builder, x: Value, axis = -1): Value {
  return builder.apply('LogSoftmax', [x], { axis: int(axis) });
}
