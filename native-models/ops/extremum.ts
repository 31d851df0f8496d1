import type { Value } from '../graph/graph.ts';
import type { Builder, GradientContext } from '../graph/operator.ts';
import { add } from './add.ts';
import { cast } from './cast.ts';
import { divide } from './divide.ts';
import { equal } from './equal.ts';
import { multiply } from './multiply.ts';
import { outputGradient } from './rules.ts';

/** 1 where x is the extremum, else 0. */
export function isExtremum(builder: Builder, x: Value, extremum: Value): Value {
  return cast(builder, equal(builder, x, extremum), extremum.type);
}

/** Of the largest or smallest among the inputs: those that are equal share the gradient. */
export function extremumRule(context: GradientContext): readonly (Value | null)[] {
  const { builder, node, needs } = context;
  const [y] = node.outputs;
  const winners = node.inputs.map((x) => isExtremum(builder, x!, y!));
  const count = winners.reduce((sum, winner) => add(builder, sum, winner));
  const share = divide(builder, outputGradient(context), count);
  return winners.map((winner, input) => (needs(input) ? multiply(builder, share, winner) : null));
}
