import { attributes, int } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { alongAxis } from './axes.ts';
import { abs } from './abs.ts';
import { divide } from './divide.ts';
import { multiply } from './multiply.ts';
import { reduceL2 } from './reduce-l2.ts';
import { reduceSum } from './reduce-sum.ts';
import { unaryRule, type UnaryParts } from './rules.ts';
import { sign } from './sign.ts';
import { subtract } from './subtract.ts';

export const lpNormalizationOperator: OperatorDefinition = {
  op: 'LpNormalization',
  arity: [1, 1],
  attributes: { axis: 'int', p: 'int' },
  shape: alongAxis,
  gradient: unaryRule(lpNormalizationGradient),
};

/** x / ‖x‖ along an axis, with the Euclidean norm. */
export function l2Normalize(builder: Builder, x: Value, axis = -1): Value {
  return builder.apply('LpNormalization', [x], attributes({ axis: int(axis), p: int(2) }));
}

/** (g − d Σ g y) / ‖x‖ with d = ∂‖x‖/∂x, which is y for the Euclidean norm and sign x for p = 1. */
function lpNormalizationGradient(builder: Builder, parts: UnaryParts): Value {
  const { x, y, gradient, context } = parts;
  const along = { axes: [context.int('axis', -1)] };
  const euclidean = context.int('p', 2) === 2;
  const norm = euclidean ? reduceL2(builder, x, along) : reduceSum(builder, abs(builder, x), along);
  const slope = euclidean ? y : sign(builder, x);
  const common = reduceSum(builder, multiply(builder, gradient, y), along);
  const rest = subtract(builder, gradient, multiply(builder, slope, common));
  return divide(builder, rest, norm);
}
