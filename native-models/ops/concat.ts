import { int } from '../graph/attribute.ts';
import { addDimensions } from '../graph/dimension.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, GradientContext, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { formatShape, sameShape, type Shape } from '../graph/shape.ts';
import { countAlong, normalizeAxis } from './axes.ts';
import { commonType } from './elementwise.ts';
import { nodeContext, outputGradient } from './rules.ts';
import { slice } from './slice.ts';

export const concatOperator: OperatorDefinition = {
  op: 'Concat',
  arity: [1, Infinity],
  attributes: { axis: 'int' },
  shape: concatShape,
  gradient: concatGradient,
};

/** One behind the other along an axis; all other extents are equal. */
export function concat(builder: Builder, values: readonly Value[], axis: number): Value {
  return builder.apply('Concat', values, { axis: int(axis) });
}

function concatShape(context: ShapeContext): readonly TensorType[] {
  const type = commonType(context);
  const [first, ...others] = context.inputs.map((_, index) => context.input(index).shape);
  const axis = axisOf(context);
  const joined = others.reduce<Shape>((sum, shape) => {
    if (!sameShape(sum.with(axis, 0), shape.with(axis, 0)))
      context.refuse(
        'shape_mismatch',
        `cannot join ${formatShape(sum)} and ${formatShape(shape)} along axis ${axis}`,
      );
    return sum.with(axis, addDimensions(sum[axis]!, shape[axis]!));
  }, first!);
  return [{ type, shape: joined }];
}

function concatGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, node, needs } = context;
  const gradient = outputGradient(context);
  const axis = axisOf(nodeContext(context));
  let end = 0;
  return node.inputs.map((input, index) => {
    const start = end;
    end += countAlong(input!, [axis]);
    return needs(index) ? slice(builder, gradient, [{ axis, start, end }]) : null;
  });
}

function axisOf(context: ShapeContext): number {
  const axis = context.int('axis') ?? context.refuse('wrong_attribute', 'needs an axis');
  return normalizeAxis(context, axis, context.input(0).shape.length);
}
