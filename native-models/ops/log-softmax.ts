import { int } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { alongAxis } from './axes.ts';
import { exp } from './exp.ts';
import { multiply } from './multiply.ts';
import { reduceSum } from './reduce-sum.ts';
import { unaryRule } from './rules.ts';
import { subtract } from './subtract.ts';

export const logSoftmaxOperator: OperatorDefinition = {
  op: 'LogSoftmax',
  arity: [1, 1],
  attributes: { axis: 'int' },
  shape: alongAxis,
  // g − exp(y) · Σ g
  gradient: unaryRule((b, { y, gradient, context }) => {
    const total = reduceSum(b, gradient, { axes: [context.int('axis', -1)] });
    return subtract(b, gradient, multiply(b, exp(b, y), total));
  }),
};

/** The logarithm of softmax along an axis. */
export function logSoftmax(builder: Builder, x: Value, axis = -1): Value {
  return builder.apply('LogSoftmax', [x], { axis: int(axis) });
}
