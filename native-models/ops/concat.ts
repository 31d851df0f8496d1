import { int } from '../graph/attribute.ts';
import { addDimensions } from '../graph/dimension.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { formatShape, sameShape, type Shape } from '../graph/shape.ts';
import { normaliseAxis } from './axes.ts';
import { commonType } from './elementwise.ts';

export const concatOperator: OperatorDefinition = {
  op: 'Concat',
  arity: [1, Infinity],
  attributes: { axis: 'int' },
  shape: concatShape,
};

/** One behind the other along an axis; all other extents are equal. */
export function concat(builder: Builder, values: readonly Value[], axis: number): Value {
  return builder.apply('Concat', values, { axis: int(axis) });
}

function concatShape(context: ShapeContext): readonly TensorType[] {
  const type = commonType(context);
  const given = context.int('axis') ?? context.refuse('wrong_attribute', 'needs an axis');
  const [first, ...others] = context.inputs.map((_, index) => context.input(index).shape);
  const axis = normaliseAxis(context, given, first!.length);
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
