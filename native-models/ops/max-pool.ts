import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { poolAttributes, poolOptionAttributes, poolShape, type PoolOptions } from './pool.ts';
import { product } from './arithmetic.ts';
import { reshape } from './reshape.ts';
import { unaryRule, type UnaryParts } from './rules.ts';
import { scatterAdd } from './scatter-elements.ts';
import { concreteShape } from '../graph/specialize.ts';

export const maxPoolOperator: OperatorDefinition = {
  op: 'MaxPool',
  arity: [1, 1],
  attributes: { ...poolAttributes, storage_order: 'int' },
  outputs: [1, 2],
  shape: (context) => {
    const [pooled] = poolShape(context);
    return [pooled!, { type: 'int64', shape: pooled!.shape }];
  },
  gradient: unaryRule(maxPoolGradient),
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

/** The gradient of every window goes to its largest pixel, to the first where several are equal. */
function maxPoolGradient(builder: Builder, { x, gradient, context }: UnaryParts): Value {
  const extents = concreteShape(x);
  // The second output numbers the elements of the whole of x, row by row.
  const [, indices] = builder.applyAll('MaxPool', [x], context.attributes, [], 2);
  const flat = scatterAdd(
    builder,
    [product(extents)],
    reshape(builder, indices!, [-1]),
    reshape(builder, gradient, [-1]),
    0,
  );
  return reshape(builder, flat, extents);
}
