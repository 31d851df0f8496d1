import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { globalPoolShape } from './pool.ts';
import { countAlong } from './axes.ts';
import { divide } from './divide.ts';
import { repeatTo } from './expand.ts';
import { constantLike, unaryRule } from './rules.ts';

export const globalAveragePoolOperator: OperatorDefinition = {
  op: 'GlobalAveragePool',
  arity: [1, 1],
  attributes: {},
  shape: globalPoolShape,
  gradient: unaryRule((b, { x, gradient }) => {
    const count = countAlong(x, [...x.shape.keys()].slice(2));
    return repeatTo(b, divide(b, gradient, constantLike(b, x, count)), x);
  }),
};

/** The mean of each channel: [N, C, …] to [N, C, 1, …]. */
export function globalAveragePool(builder: Builder, x: Value): Value {
  return builder.apply('GlobalAveragePool', [x]);
}
