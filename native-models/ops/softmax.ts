import { int } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { alongAxis } from './axes.ts';
import { multiply } from './multiply.ts';
import { reduceSum } from './reduce-sum.ts';
import { unaryRule } from './rules.ts';
import { subtract } from './subtract.ts';

export const softmaxOperator: OperatorDefinition = {
  op: 'Softmax',
  arity: [1, 1],
  attributes: { axis: 'int' },
  shape: alongAxis,
  // y · (g − Σ g y)
  gradient: unaryRule((b, { y, gradient, context }) => {
    const weighted = multiply(b, gradient, y);
    const mean = reduceSum(b, weighted, { axes: [context.int('axis', -1)] });
    return multiply(b, y, subtract(b, gradient, mean));
  }),
};

/** exp(x) / Σ exp(x) along an axis. */
export function softmax(builder: Builder, x: Value, axis = -1): Value {
  return builder.apply('Softmax', [x], { axis: int(axis) });
}
