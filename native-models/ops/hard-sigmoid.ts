import { attributes, float } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { sameAsInput } from './elementwise.ts';
import { greater } from './greater.ts';
import { less } from './less.ts';
import { and } from './and.ts';
import { multiply } from './multiply.ts';
import { constantLike, unaryRule } from './rules.ts';
import { where } from './where.ts';

export const hardSigmoidOperator: OperatorDefinition = {
  op: 'HardSigmoid',
  arity: [1, 1],
  attributes: { alpha: 'float', beta: 'float' },
  shape: sameAsInput,
  gradient: unaryRule((b, { y, gradient, context }) => {
    const zero = constantLike(b, y, 0);
    const rising = and(b, greater(b, y, zero), less(b, y, constantLike(b, y, 1)));
    const slope = constantLike(b, y, context.float('alpha', 0.2));
    return where(b, rising, multiply(b, gradient, slope), zero);
  }),
};

/** alpha · x + beta, cut to 0…1. */
export function hardSigmoid(builder: Builder, x: Value, alpha: number, beta: number): Value {
  return builder.apply('HardSigmoid', [x], attributes({ alpha: float(alpha), beta: float(beta) }));
}
