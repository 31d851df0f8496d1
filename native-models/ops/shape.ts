import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';

export const shapeOperator: OperatorDefinition = {
  op: 'Shape',
  arity: [1, 1],
  attributes: {},
  shape: (context) => [{ type: 'int64', shape: [context.input(0).shape.length] }],
  gradient: 'not-differentiable',
};

/** The extents of x, int64[rank]. */
export function shapeOf(builder: Builder, x: Value): Value {
  return builder.apply('Shape', [x]);
}
