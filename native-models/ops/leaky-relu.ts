import { float } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { sameAsInput } from './elementwise.ts';
import { greater } from './greater.ts';
import { multiply } from './multiply.ts';
import { constantLike, unaryRule } from './rules.ts';
import { where } from './where.ts';

export const leakyReluOperator: OperatorDefinition = {
  op: 'LeakyRelu',
  arity: [1, 1],
  attributes: { alpha: 'float' },
  shape: sameAsInput,
  gradient: unaryRule((b, { x, gradient, context }) => {
    const slope = constantLike(b, x, context.float('alpha', 0.01));
    const positive = greater(b, x, constantLike(b, x, 0));
    return where(b, positive, gradient, multiply(b, gradient, slope));
  }),
};

/** x where positive, else alpha · x. */
export function leakyRelu(builder: Builder, x: Value, alpha: number): Value {
  return builder.apply('LeakyRelu', [x], { alpha: float(alpha) });
}
