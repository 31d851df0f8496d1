import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { binaryOperator } from './elementwise.ts';
import { greater } from './greater.ts';
import { log } from './log.ts';
import { multiply } from './multiply.ts';
import { binaryRule, constantLike, type BinaryParts } from './rules.ts';
import { subtract } from './subtract.ts';
import { where } from './where.ts';

export const powerOperator: OperatorDefinition = binaryOperator(
  'Pow',
  binaryRule(byBase, byExponent),
);

/** a to the power b with broadcasting. */
export function power(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Pow', [a, b]);
}

/** b · a^(b−1) */
function byBase(builder: Builder, { a, b, gradient }: BinaryParts): Value {
  const exponent = subtract(builder, b, constantLike(builder, b, 1));
  return multiply(builder, gradient, multiply(builder, b, power(builder, a, exponent)));
}

/** a^b · ln a, and 0 where a has no logarithm */
function byExponent(builder: Builder, { a, y, gradient }: BinaryParts): Value {
  const zero = constantLike(builder, a, 0);
  const rate = where(builder, greater(builder, a, zero), log(builder, a), zero);
  return multiply(builder, gradient, multiply(builder, y, rate));
}
