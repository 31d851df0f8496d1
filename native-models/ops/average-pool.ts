import { int } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { poolOptionAttributes, poolShape, type PoolOptions } from './pool.ts';

export interface AveragePoolOptions extends Omit<PoolOptions, 'dilations'> {
  /** Divide by the size of the window even where it reaches into the padding. */
  readonly countIncludesPadding?: boolean;
}

// Dilated averages came with a later version of the operator set than the one written here.
const averagePoolAttributes = {
  auto_pad: 'string',
  ceil_mode: 'int',
  count_include_pad: 'int',
  kernel_shape: 'ints',
  pads: 'ints',
  strides: 'ints',
} as const;

export const averagePoolOperator: OperatorDefinition = {
  op: 'AveragePool',
  arity: [1, 1],
  attributes: averagePoolAttributes,
  shape: poolShape,
};

/** The mean of each window of [N, C, …]. */
export function averagePool(
  builder: Builder,
  x: Value,
  kernel: readonly number[],
  options: AveragePoolOptions = {},
): Value {
  const includes = options.countIncludesPadding === true ? { count_include_pad: int(1) } : {};
  return builder.apply('AveragePool', [x], {
    ...poolOptionAttributes(kernel, options),
    ...includes,
  });
}
