import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { poolAttributes, poolOptionAttributes, poolShape, type PoolOptions } from './pool.ts';

export const maxPoolOperator: OperatorDefinition = {
  op: 'MaxPool',
  arity: [1, 1],
  attributes: { ...poolAttributes, storage_order: 'int' },
  shape: poolShape,
};

/** The largest value of each window of [N, C, …]; padding never wins. */
export function maxPool(
  builder: Builder,
  x: Value,
  kernel: readonly number[],
  options: PoolOptions = {},
): Value {
  return builder.apply('MaxPool', [x], poolOptionAttributes(kernel, options));
}
