import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { globalPoolShape } from './pool.ts';

export const globalAveragePoolOperator: OperatorDefinition = {
  op: 'GlobalAveragePool',
  arity: [1, 1],
  attributes: {},
  shape: globalPoolShape,
};

/** The mean of each channel: [N, C, …] to [N, C, 1, …]. */
export function globalAveragePool(builder: Builder, x: Value): Value {
  return builder.apply('GlobalAveragePool', [x]);
}
