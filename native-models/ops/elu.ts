import { float } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { sameAsInput } from './elementwise.ts';
import { add } from './add.ts';
import { greater } from './greater.ts';
import { multiply } from './multiply.ts';
import { constantLike, unaryRule } from './rules.ts';
import { where } from './where.ts';

export const eluOperator: OperatorDefinition = {
  op: 'Elu',
  arity: [1, 1],
  attributes: { alpha: 'float' },
  shape: sameAsInput,
  // Below zero dy/dx = alpha · exp(x) = y + alpha.
  gradient: unaryRule((b, { x, y, gradient, context }) => {
    const shifted = add(b, y, constantLike(b, x, context.float('alpha', 1)));
    const positive = greater(b, x, constantLike(b, x, 0));
    return where(b, positive, gradient, multiply(b, gradient, shifted));
  }),
};

/** x where positive, else alpha · (exp(x) − 1). */
export function elu(builder: Builder, x: Value, alpha: number): Value {
  return builder.apply('Elu', [x], { alpha: float(alpha) });
}
