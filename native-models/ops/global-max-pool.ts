import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { globalPoolShape } from './pool.ts';
import { reducedExtremumRule } from './reduced-extremum.ts';
import { unaryRule } from './rules.ts';

export const globalMaxPoolOperator: OperatorDefinition = {
  op: 'GlobalMaxPool',
  arity: [1, 1],
  attributes: {},
  shape: globalPoolShape,
  gradient: unaryRule((b, parts) =>
    reducedExtremumRule(b, { ...parts, axes: [...parts.x.shape.keys()].slice(2) }),
  ),
};

/** The largest value of each channel: [N, C, …] to [N, C, 1, …]. */
export function globalMaxPool(builder: Builder, x: Value): Value {
  return builder.apply('GlobalMaxPool', [x]);
}
