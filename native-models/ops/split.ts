import { int } from '../graph/attribute.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, GradientContext, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { int64Vector } from '../graph/tensor.ts';
import { normalizeAxis, optionalNumbers } from './axes.ts';
import { concat } from './concat.ts';
import { repeatTo } from './expand.ts';
import { constantLike, nodeContext } from './rules.ts';

export const splitOperator: OperatorDefinition = {
  op: 'Split',
  arity: [1, 2],
  attributes: { axis: 'int', num_outputs: 'int' },
  shape: splitShape,
  gradient: splitGradient,
};

/** Pieces of the given sizes along an axis. */
export function split(
  builder: Builder,
  x: Value,
  sizes: readonly number[],
  axis: number,
): readonly Value[] {
  const inputs = [x, builder.constant(int64Vector(sizes))];
  return builder.applyAll('Split', inputs, { axis: int(axis) });
}

function splitShape(context: ShapeContext): readonly TensorType[] {
  const { type, shape } = context.input(0);
  const axis = normalizeAxis(context, context.int('axis', 0), shape.length);
  const extent = shape[axis]!;
  if (typeof extent !== 'number')
    return context.refuse('shape_mismatch', `cannot split the open dimension ${extent}`);
  const sizes = optionalNumbers(context, 1) ?? equalParts(context, extent);
  if (sizes.some((size) => size < 0) || sizes.reduce((sum, size) => sum + size, 0) !== extent)
    context.refuse('shape_mismatch', `cannot split ${extent} into ${sizes.join(' + ')}`);
  return sizes.map((size) => ({ type, shape: shape.with(axis, size) }));
}

/** Parts of equal size; the last takes what is left. */
function equalParts(context: ShapeContext, extent: number): number[] {
  const parts =
    context.int('num_outputs') ??
    context.refuse('wrong_attribute', 'needs sizes (input 1) or num_outputs');
  if (parts < 1) context.refuse('wrong_attribute', `cannot have num_outputs ${parts}`);
  const size = Math.ceil(extent / parts);
  return Array.from({ length: parts }, (_, part) =>
    part === parts - 1 ? extent - size * (parts - 1) : size,
  );
}

/** A piece that the loss does not depend on counts as zeros. */
function splitGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, node, outputGradients } = context;
  const shapes = nodeContext(context);
  const axis = normalizeAxis(shapes, shapes.int('axis', 0), shapes.input(0).shape.length);
  const pieces = outputGradients.map((gradient, index) => {
    const piece = node.outputs[index]!;
    return gradient ?? repeatTo(builder, constantLike(builder, piece, 0), piece);
  });
  return [concat(builder, pieces, axis)];
}
