import type { TensorType, Value } from '../graph/graph.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { concreteShape } from '../graph/specialize.ts';
import { toNumbers } from '../graph/tensor.ts';
import { product } from './arithmetic.ts';

/** An axis counted from the front, where −1 is the last of `rank`. */
export function normalizeAxis(context: ShapeContext, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    context.refuse('shape_mismatch', `has axis ${axis}, but its input has ${rank} axes`);
  return axis < 0 ? axis + rank : axis;
}

/** Distinct axes in ascending order. */
export function normalizeAxes(
  context: ShapeContext,
  axes: readonly number[],
  rank: number,
): readonly number[] {
  const normalized = axes.map((axis) => normalizeAxis(context, axis, rank));
  if (new Set(normalized).size !== axes.length)
    context.refuse('shape_mismatch', `names an axis twice: ${axes.join(', ')}`);
  return normalized.sort((a, b) => a - b);
}

/** A constant input as numbers, undefined where the input is absent. */
export function optionalNumbers(context: ShapeContext, input: number): number[] | undefined {
  return context.has(input) ? toNumbers(context.constant(input)) : undefined;
}

/** The type and shape of the input, whose attribute `axis` (−1 by default) must exist. */
export function alongAxis(context: ShapeContext): readonly TensorType[] {
  const { type, shape } = context.input(0);
  normalizeAxis(context, context.int('axis', -1), shape.length);
  return [{ type, shape }];
}

/** How many elements lie along the given axes, whose extents must be known. */
export function countAlong(x: Value, axes: readonly number[]): number {
  const extents = axes.map((axis) => x.shape[axis]!);
  return product(concreteShape({ ...x, shape: extents }));
}
