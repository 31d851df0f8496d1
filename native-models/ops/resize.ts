import { string } from '../graph/attribute.ts';
import { multiplyByConstant, type Dimension } from '../graph/dimension.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { formatShape } from '../graph/shape.ts';
import { float32, int64Vector } from '../graph/tensor.ts';
import { optionalNumbers } from './axes.ts';

export type ResizeMode = 'nearest' | 'linear';

/** Either factors or extents, per axis of x. */
export type ResizeTarget =
  { readonly scales: readonly number[] } | { readonly sizes: readonly number[] };

export const resizeOperator: OperatorDefinition = {
  op: 'Resize',
  arity: [1, 4],
  attributes: { coordinate_transformation_mode: 'string', mode: 'string', nearest_mode: 'string' },
  shape: resizeShape,
};

/** Pixel centres stay at half-integers; `nearest` repeats pixels, `linear` interpolates. */
export function resize(builder: Builder, x: Value, target: ResizeTarget, mode: ResizeMode): Value {
  const inputs =
    'scales' in target
      ? [x, null, builder.constant(float32([target.scales.length], target.scales))]
      : [x, null, null, builder.constant(int64Vector(target.sizes))];
  return builder.apply('Resize', inputs, {
    mode: string(mode),
    coordinate_transformation_mode: string(mode === 'nearest' ? 'asymmetric' : 'half_pixel'),
    ...(mode === 'nearest' ? { nearest_mode: string('floor') } : {}),
  });
}

function resizeShape(context: ShapeContext): readonly TensorType[] {
  const { type, shape } = context.input(0);
  const sizes = optionalNumbers(context, 3);
  const scales = optionalNumbers(context, 2);
  const given = sizes ?? scales ?? context.refuse('wrong_inputs', 'needs scales or sizes');
  if (given.length !== shape.length)
    context.refuse(
      'shape_mismatch',
      `needs one number per axis of ${formatShape(shape)}, but got ${formatShape(given)}`,
    );
  const result = sizes ?? shape.map((extent, axis) => scaled(context, extent, given[axis]!));
  return [{ type, shape: result }];
}

function scaled(context: ShapeContext, extent: Dimension, scale: number): Dimension {
  if (typeof extent === 'number') return Math.floor(extent * scale);
  if (Number.isInteger(scale)) return multiplyByConstant(extent, scale);
  return context.refuse(
    'shape_mismatch',
    `cannot scale the open dimension ${extent} by the fraction ${scale}`,
  );
}
