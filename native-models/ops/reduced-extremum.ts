import type { Value } from '../graph/graph.ts';
import type { Builder } from '../graph/operator.ts';
import { divide } from './divide.ts';
import { isExtremum } from './extremum.ts';
import { multiply } from './multiply.ts';
import { reduceSum } from './reduce-sum.ts';
import type { ReductionParts } from './reduction.ts';

/** Of the largest or smallest along axes: elements that are equal share the gradient. */
export function reducedExtremumRule(
  builder: Builder,
  { x, y, gradient, axes }: ReductionParts,
): Value {
  const winners = isExtremum(builder, x, y);
  const count = reduceSum(builder, winners, { axes });
  return multiply(builder, winners, divide(builder, gradient, count));
}
