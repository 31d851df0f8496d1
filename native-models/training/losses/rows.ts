import type { Value } from '../../graph/graph.ts';
import type { Builder } from '../../graph/operator.ts';
import { scalar } from '../../graph/tensor.ts';
import { add, divide, multiply, sqrt } from '../../ops/arithmetic.ts';
import { reduceSum } from '../../ops/reductions.ts';

export const number = (builder: Builder, value: number): Value => builder.constant(scalar(value));

/** Rows of float32[N, D] at length 1; a row of zeros stays zero. */
export function unitRows(builder: Builder, rows: Value): Value {
  const squares = reduceSum(builder, multiply(builder, rows, rows), { axes: [1], keepAxes: true });
  const guarded = add(builder, squares, number(builder, 1e-12));
  return divide(builder, rows, sqrt(builder, guarded));
}

/** The sum of all elements. */
export function total(builder: Builder, value: Value): Value {
  const axes = [...value.shape.keys()];
  return reduceSum(builder, value, { axes, keepAxes: false });
}
