import { int } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { alongAxis } from './axes.ts';

export const softmaxOperator: OperatorDefinition = {
  op: 'Softmax',
  arity: [1, 1],
  attributes: { axis: 'int' },
  shape: alongAxis,
};

/** exp(x) / Σ exp(x) along an axis. */
export function softmax(builder: Builder, x: Value, axis = -1): Value {
  return builder.apply('Softmax', [x], { axis: int(axis) });
}
