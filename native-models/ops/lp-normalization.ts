import { attributes, int } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { alongAxis } from './axes.ts';

export const lpNormalizationOperator: OperatorDefinition = {
  op: 'LpNormalization',
  arity: [1, 1],
  attributes: { axis: 'int', p: 'int' },
  shape: alongAxis,
};

/** x / ‖x‖ along an axis, with the Euclidean norm. */
export function l2Normalize(builder: Builder, x: Value, axis = -1): Value {
  return builder.apply('LpNormalization', [x], attributes({ axis: int(axis), p: int(2) }));
}
