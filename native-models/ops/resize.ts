import type { ShapeContext, Builder, OperatorDefinition } from '../graph/operator.ts';
import { string, type TensorType, type Value } from '../graph/graph.ts';
import { multiplyByConstant, formatShape, sameShape, type Dimension } from '../graph/shape.ts';
import { float32, int64Vector } from '../graph/tensor.ts';
import { optionalNumbers, unaryRule, type UnaryParts } from './rules.ts';
import { matmul } from './products.ts';
import { transpose } from './shapes.ts';
import { concreteShape } from '../graph/rewrite.ts';

/**
 * How ONNX Resize weighs the `from` elements of an axis in each of its `to` results: float32
 * [to, from], row after row. `scale` is the factor given or to / from.
 */
function interpolationMatrix(
  context: ShapeContext,
  from: number,
  to: number,
  scale: number,
): Float32Array {
  const matrix = new Float32Array(to * from);
  const linear = context.string('mode', 'nearest') === 'linear';
  const round = rounding(context);
  for (let position = 0; position < to; position++) {
    const source = sourceOf(context, position, from, to, scale);
    const put = (at: number, weight: number) => {
      matrix[position * from + Math.min(Math.max(at, 0), from - 1)]! += weight;
    };
    if (!linear) put(round(source), 1);
    else {
      const below = Math.floor(source);
      put(below, 1 - (source - below));
      put(below + 1, source - below);
    }
  }
  return matrix;
}

/** Where a result lies on the axis of the input, per `coordinate_transformation_mode`. */
function sourceOf(
  context: ShapeContext,
  position: number,
  from: number,
  to: number,
  scale: number,
): number {
  const mode = context.string('coordinate_transformation_mode', 'half_pixel');
  switch (mode) {
    case 'half_pixel':
      return (position + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return to > 1 ? (position + 0.5) / scale - 0.5 : 0;
    case 'asymmetric':
      return position / scale;
    case 'align_corners':
      return to > 1 ? (position * (from - 1)) / (to - 1) : 0;
    default:
      return context.refuse('wrong_attribute', `does not know the coordinates ${mode}`);
  }
}

function rounding(context: ShapeContext): (source: number) => number {
  const mode = context.string('nearest_mode', 'round_prefer_floor');
  switch (mode) {
    case 'floor':
      return Math.floor;
    case 'ceil':
      return Math.ceil;
    case 'round_prefer_floor':
      return (source) => Math.ceil(source - 0.5);
    case 'round_prefer_ceil':
      return (source) => Math.floor(source + 0.5);
    default:
      return context.refuse('wrong_attribute', `does not know the nearest mode ${mode}`);
  }
}

type ResizeMode = 'nearest' | 'linear';

/** Either factors or extents, per axis of x. */
type ResizeTarget = { readonly scales: readonly number[] } | { readonly sizes: readonly number[] };

const resizeOperator: OperatorDefinition = {
  op: 'Resize',
  arity: [1, 4],
  attributes: { coordinate_transformation_mode: 'string', mode: 'string', nearest_mode: 'string' },
  shape: resizeShape,
  gradient: unaryRule(resizeGradient),
};

/** Pixel centers stay at half-integers; `nearest` repeats pixels, `linear` interpolates. */
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

/** Resizing is linear and works axis by axis, so its adjoint is one matrix product per axis. */
function resizeGradient(builder: Builder, { x, y, gradient, context }: UnaryParts): Value {
  // Runtimes copy where the shape stays, even if a scale such as 1.2 of 2 says otherwise.
  if (sameShape(x.shape, y.shape)) return gradient;
  const scales = optionalNumbers(context, 2);
  const given = scales !== undefined && scales.length > 0 ? scales : undefined;
  return x.shape.reduce<Value>((result, dimension, axis) => {
    if (dimension === y.shape[axis] && (given?.[axis] ?? 1) === 1) return result;
    const [from, to] = concreteShape({ ...x, shape: [dimension, y.shape[axis]!] });
    const matrix = interpolationMatrix(context, from!, to!, given?.[axis] ?? to! / from!);
    return contractAxis(builder, result, axis, builder.constant(float32([to!, from!], matrix)));
  }, gradient);
}

/** Multiplies the vectors along an axis of x by a matrix. */
function contractAxis(builder: Builder, x: Value, axis: number, matrix: Value): Value {
  const last = x.shape.length - 1;
  if (axis === last) return matmul(builder, x, matrix);
  const order = [...x.shape.keys()];
  order[axis] = last;
  order[last] = axis;
  return transpose(builder, matmul(builder, transpose(builder, x, order), matrix), order);
}

export const resizeOperators: readonly OperatorDefinition[] = [resizeOperator];
