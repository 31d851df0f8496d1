import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';
import { exp } from './exp.ts';
import { multiply } from './multiply.ts';
import { negate } from './negate.ts';
import { constantLike, unaryRule } from './rules.ts';

export const erfOperator: OperatorDefinition = unaryOperator(
  'Erf',
  // 2/√π · exp(−x²)
  unaryRule((b, { x, gradient }) => {
    const bell = exp(b, negate(b, multiply(b, x, x)));
    return multiply(b, gradient, multiply(b, constantLike(b, x, 2 / Math.sqrt(Math.PI)), bell));
  }),
);

/** The Gauss error function. */
export function erf(builder: Builder, x: Value): Value {
  return builder.apply('Erf', [x]);
}
