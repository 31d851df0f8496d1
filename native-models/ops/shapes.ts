import { attributes, int, ints, string, type Value, type TensorType } from '../graph/graph.ts';
import type {
  Builder,
  OperatorDefinition,
  GradientContext,
  ShapeContext,
} from '../graph/operator.ts';
import { GraphError } from '../graph/errors.ts';
import {
  multiplyDimensions,
  addConstant,
  addDimensions,
  elementCount,
  formatShape,
  sameShape,
  broadcast,
  isConcrete,
  type Dimension,
  type Shape,
} from '../graph/shape.ts';
import { int64Vector, toNumbers } from '../graph/tensor.ts';
import {
  product,
  unaryRule,
  normalizeAxes,
  optionalNumbers,
  constantLike,
  countAlong,
  normalizeAxis,
  commonType,
  nodeContext,
  outputGradient,
  expectType,
  type UnaryParts,
} from './rules.ts';
import { equal, where } from './comparisons.ts';
import { concreteShape } from '../graph/rewrite.ts';

const shapeOperator: OperatorDefinition = {
  op: 'Shape',
  arity: [1, 1],
  attributes: {},
  shape: (context) => [{ type: 'int64', shape: [context.input(0).shape.length] }],
  gradient: 'not-differentiable',
};

const reshapeOperator: OperatorDefinition = {
  op: 'Reshape',
  arity: [2, 2],
  attributes: { allowzero: 'int' },
  shape: reshapeShape,
  gradient: unaryRule((b, { x, gradient }) => reshapeTo(b, gradient, x.shape)),
};

/** The same elements in another shape; 0 keeps an extent, one −1 takes what is left. */
export function reshape(builder: Builder, x: Value, shape: readonly number[]): Value {
  return builder.apply('Reshape', [x, builder.constant(int64Vector(shape))]);
}

/**
 * As `reshape`, to a shape of which one dimension may be open. Throws `unknown_dimension` where
 * more are.
 */
export function reshapeTo(builder: Builder, x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const open = shape.filter((extent) => typeof extent === 'string');
  if (open.length > 1)
    throw new GraphError(
      'unknown_dimension',
      `${x.name} cannot be given the shape ${formatShape(shape)}: more than one dimension is open.`,
    );
  const wanted = shape.map((extent) => (typeof extent === 'string' ? -1 : extent));
  // Without the attribute an extent of 0 would stand for the input's own.
  const allowzero = wanted.includes(0) ? int(1) : undefined;
  const target = builder.constant(int64Vector(wanted));
  return builder.apply('Reshape', [x, target], attributes({ allowzero }));
}

function reshapeShape(context: ShapeContext): readonly TensorType[] {
  const { type, shape } = context.input(0);
  const wanted = wantedShape(context, shape);
  const result = fillIn(shape, wanted);
  if (result === null || elementCount(result) !== elementCount(shape))
    return context.refuse(
      'shape_mismatch',
      `cannot turn ${formatShape(shape)} into ${formatShape(wanted)}`,
    );
  return [{ type, shape: result }];
}

/** The second input with kept extents filled in. */
function wantedShape(context: ShapeContext, shape: Shape): Shape {
  const keepsZero = context.int('allowzero', 0) === 1;
  return toNumbers(context.constant(1)).map((extent, axis) => {
    if (extent !== 0 || keepsZero) return extent;
    return (
      shape[axis] ??
      context.refuse('shape_mismatch', `cannot keep axis ${axis} of ${formatShape(shape)}`)
    );
  });
}

/** Replaces −1 by what is left of the input's extents, or null where nothing fits. */
function fillIn(shape: Shape, wanted: Shape): Shape | null {
  const open = wanted.indexOf(-1);
  if (open === -1) return wanted;
  const left = [...shape];
  const divisors: number[] = [];
  for (const extent of wanted.toSpliced(open, 1)) {
    const position = left.indexOf(extent);
    if (position !== -1) left.splice(position, 1);
    else if (typeof extent === 'number' && extent > 0) divisors.push(extent);
    else return null;
  }
  const rest = divideExtents(left, product(divisors));
  return rest === null ? null : wanted.with(open, rest);
}

/** The product of the extents divided by a number, null where that leaves a remainder. */
function divideExtents(extents: Shape, divisor: number): Dimension | null {
  const constant = product(extents.filter((extent) => typeof extent === 'number'));
  if (constant % divisor !== 0) return null;
  const symbols = extents.filter((extent) => typeof extent === 'string');
  return multiplyDimensions([...symbols, constant / divisor]);
}

const flattenOperator: OperatorDefinition = {
  op: 'Flatten',
  arity: [1, 1],
  attributes: { axis: 'int' },
  shape: (context) => {
    const { type, shape } = context.input(0);
    const axis = context.int('axis', 1);
    if (axis < -shape.length || axis > shape.length)
      context.refuse('shape_mismatch', `has axis ${axis}, but its input has ${shape.length} axes`);
    const rows = multiplyDimensions(shape.slice(0, axis));
    const columns = multiplyDimensions(shape.slice(axis < 0 ? shape.length + axis : axis));
    return [{ type, shape: [rows, columns] }];
  },
  gradient: unaryRule((b, { x, gradient }) => reshapeTo(b, gradient, x.shape)),
};

/** A matrix: the axes before `axis` become the rows, the others the columns. */
export function flatten(builder: Builder, x: Value, axis = 1): Value {
  return builder.apply('Flatten', [x], { axis: int(axis) });
}

const squeezeOperator: OperatorDefinition = {
  op: 'Squeeze',
  arity: [1, 2],
  attributes: {},
  shape: (context) => {
    const { type, shape } = context.input(0);
    const ones = [...shape.keys()].filter((axis) => shape[axis] === 1);
    const axes = normalizeAxes(context, optionalNumbers(context, 1) ?? ones, shape.length);
    const thick = axes.find((axis) => shape[axis] !== 1);
    if (thick !== undefined)
      context.refuse(
        'shape_mismatch',
        `cannot drop axis ${thick} of ${formatShape(shape)}, which is not 1`,
      );
    return [{ type, shape: shape.filter((_, axis) => !axes.includes(axis)) }];
  },
  gradient: unaryRule((b, { x, gradient }) => reshapeTo(b, gradient, x.shape)),
};

/** Without the given axes, which must have extent 1. */
export function squeeze(builder: Builder, x: Value, axes: readonly number[]): Value {
  return builder.apply('Squeeze', [x, builder.constant(int64Vector(axes))]);
}

const unsqueezeOperator: OperatorDefinition = {
  op: 'Unsqueeze',
  arity: [2, 2],
  attributes: {},
  shape: (context) => {
    const { type, shape } = context.input(0);
    const added = toNumbers(context.constant(1));
    const axes = normalizeAxes(context, added, shape.length + added.length);
    const result = axes.reduce((grown, axis) => grown.toSpliced(axis, 0, 1), [...shape]);
    return [{ type, shape: result }];
  },
  gradient: unaryRule((b, { x, gradient }) => reshapeTo(b, gradient, x.shape)),
};

/** With axes of extent 1 at the given places of the output. */
export function unsqueeze(builder: Builder, x: Value, axes: readonly number[]): Value {
  return builder.apply('Unsqueeze', [x, builder.constant(int64Vector(axes))]);
}

const transposeOperator: OperatorDefinition = {
  op: 'Transpose',
  arity: [1, 1],
  attributes: { perm: 'ints' },
  shape: (context) => {
    const { type, shape } = context.input(0);
    const order = orderOf(context);
    if (order.length !== shape.length || order.some((axis) => axis < 0))
      context.refuse(
        'wrong_attribute',
        `cannot put ${formatShape(shape)} into the order ${formatShape(order)}`,
      );
    normalizeAxes(context, order, shape.length);
    return [{ type, shape: order.map((axis) => shape[axis]!) }];
  },
  gradient: unaryRule((b, { gradient, context }) =>
    transpose(b, gradient, inverse(orderOf(context))),
  ),
};

/** Axes in another order: axis i of the output is axis `order[i]` of x. */
export function transpose(builder: Builder, x: Value, order: readonly number[]): Value {
  return builder.apply('Transpose', [x], { perm: ints(order) });
}

function orderOf(context: ShapeContext): readonly number[] {
  return context.ints('perm', [...context.input(0).shape.keys()].reverse());
}

const inverse = (order: readonly number[]) => order.map((_, axis) => order.indexOf(axis));

/** How far to grow one axis; negative crops. */
export interface AxisPad {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

/** x with zeros around it. */
export function zeroPad(builder: Builder, x: Value, pads: readonly AxisPad[]): Value {
  if (pads.every(({ before, after }) => before === 0 && after === 0)) return x;
  const amounts = [...pads.map(({ before }) => before), ...pads.map(({ after }) => after)];
  const axes = pads.map(({ axis }) => axis);
  return builder.apply(
    'Pad',
    [
      x,
      builder.constant(int64Vector(amounts)),
      constantLike(builder, x, 0),
      builder.constant(int64Vector(axes)),
    ],
    { mode: string('constant') },
  );
}

const expandOperator: OperatorDefinition = {
  op: 'Expand',
  arity: [2, 2],
  attributes: {},
  shape: (context) => {
    const { type, shape } = context.input(0);
    const target = toNumbers(context.constant(1));
    const common =
      broadcast(shape, target) ??
      context.refuse(
        'shape_mismatch',
        `cannot broadcast ${formatShape(shape)} and ${formatShape(target)}`,
      );
    return [{ type, shape: common }];
  },
  // The walk sums over what was repeated.
  gradient: unaryRule((_, { gradient }) => gradient),
};

/** x repeated to the shape that it broadcasts to together with `shape`. */
export function expand(builder: Builder, x: Value, shape: readonly number[]): Value {
  return builder.apply('Expand', [x, builder.constant(int64Vector(shape))]);
}

/** x repeated to the shape of `like`, dimensions that are open included. */
export function repeatTo(builder: Builder, x: Value, like: Value): Value {
  if (sameShape(x.shape, like.shape)) return x;
  if (isConcrete(like.shape)) return expand(builder, x, like.shape);
  // Whatever the comparison says, it broadcasts x.
  return where(builder, equal(builder, like, like), x, x);
}

/** One axis of a slice; negative positions count from the end, as in NumPy. */
interface SliceRange {
  readonly axis: number;
  readonly start: number;
  /** Exclusive; absent: to the end. */
  readonly end?: number;
  /** 1 by default; negative walks backwards. */
  readonly step?: number;
}

const sliceOperator: OperatorDefinition = {
  op: 'Slice',
  arity: [3, 5],
  attributes: {},
  shape: sliceShape,
  gradient: unaryRule(sliceGradient),
};

/** The part of x within the given ranges. */
export function slice(builder: Builder, x: Value, ranges: readonly SliceRange[]): Value {
  const vector = (values: readonly number[]) => builder.constant(int64Vector(values));
  return builder.apply('Slice', [
    x,
    vector(ranges.map(({ start }) => start)),
    vector(ranges.map(({ end, step = 1 }) => end ?? (step > 0 ? TO_THE_END : -TO_THE_END))),
    vector(ranges.map(({ axis }) => axis)),
    vector(ranges.map(({ step = 1 }) => step)),
  ]);
}

const TO_THE_END = 2 ** 31 - 1;

function sliceShape(context: ShapeContext): readonly TensorType[] {
  const { type, shape } = context.input(0);
  const result = rangesOf(context).reduce<readonly Dimension[]>(
    (sliced, range) => sliced.with(range.axis, slicedExtent(context, shape[range.axis]!, range)),
    shape,
  );
  return [{ type, shape: result }];
}

function rangesOf(context: ShapeContext): readonly Required<SliceRange>[] {
  const starts = toNumbers(context.constant(1));
  const ends = toNumbers(context.constant(2));
  const axes = optionalNumbers(context, 3) ?? [...starts.keys()];
  const steps = optionalNumbers(context, 4) ?? starts.map(() => 1);
  if (new Set([starts, ends, axes, steps].map(({ length }) => length)).size > 1)
    context.refuse('shape_mismatch', 'needs as many starts as ends, axes and steps');
  return axes.map((given, index) => ({
    axis: normalizeAxis(context, given, context.input(0).shape.length),
    start: starts[index]!,
    end: ends[index]!,
    step: steps[index]!,
  }));
}

function slicedExtent(
  context: ShapeContext,
  extent: Dimension,
  range: Required<SliceRange>,
): Dimension {
  const { start, end, step } = range;
  if (step === 0) context.refuse('wrong_inputs', 'cannot walk in steps of 0');
  if (typeof extent === 'number') return concreteExtent(extent, range);
  const toEnd = end >= TO_THE_END;
  if (step === 1 && start >= 0 && toEnd) return addConstant(extent, -start);
  if (step === 1 && start >= 0 && end < 0) return addConstant(extent, end - start);
  return context.refuse(
    'shape_mismatch',
    `cannot tell how much of the open dimension ${extent} lies in ${start}:${end}:${step}`,
  );
}

function concreteExtent(extent: number, { start, end, step }: Required<SliceRange>): number {
  const first = firstPosition(extent, start, step);
  const [least, most] = step > 0 ? [0, extent] : [-1, extent - 1];
  return Math.max(0, Math.ceil((clampPosition(extent, end, least, most) - first) / step));
}

/** Unlike in NumPy, a backward walk that starts before the first entry starts at the first. */
function firstPosition(extent: number, start: number, step: number): number {
  return clampPosition(extent, start, 0, step > 0 ? extent : extent - 1);
}

function clampPosition(extent: number, position: number, least: number, most: number): number {
  return Math.min(Math.max(position < 0 ? position + extent : position, least), most);
}

/** The gradient back in its place, zeros everywhere else. */
function sliceGradient(builder: Builder, { x, gradient, context }: UnaryParts): Value {
  return rangesOf(context).reduce((placed, { axis, start, step }) => {
    const extent = countAlong(x, [axis]);
    const count = countAlong(placed, [axis]);
    const first = firstPosition(extent, start, step);
    const [least, forward] =
      step > 0
        ? [first, placed]
        : [first + step * (count - 1), slice(builder, placed, [{ axis, start: -1, step: -1 }])];
    const spread = spreadOut(builder, forward, axis, Math.abs(step));
    const after = extent - least - count * Math.abs(step);
    return zeroPad(builder, spread, [{ axis, before: least, after }]);
  }, gradient);
}

/** `step` − 1 zeros behind every entry along an axis. */
function spreadOut(builder: Builder, x: Value, axis: number, step: number): Value {
  if (step === 1) return x;
  const apart = zeroPad(builder, unsqueeze(builder, x, [axis + 1]), [
    { axis: axis + 1, before: 0, after: step - 1 },
  ]);
  return reshapeTo(builder, apart, x.shape.with(axis, countAlong(x, [axis]) * step));
}

const concatOperator: OperatorDefinition = {
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

const splitOperator: OperatorDefinition = {
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

const scatterElementsOperator: OperatorDefinition = {
  op: 'ScatterElements',
  arity: [3, 3],
  attributes: { axis: 'int', reduction: 'string' },
  shape: scatterElementsShape,
  gradient: scatterElementsGradient,
};

/**
 * Zeros of the given shape with every update added at its position along `axis`: indices (int64)
 * and updates have one shape, the other positions are the update's own.
 */
export function scatterAdd(
  builder: Builder,
  shape: readonly number[],
  indices: Value,
  updates: Value,
  axis: number,
): Value {
  const zeros = expand(builder, constantLike(builder, updates, 0), shape);
  return scatter(builder, zeros, indices, updates, axis, 'add');
}

function scatter(
  builder: Builder,
  x: Value,
  indices: Value,
  updates: Value,
  axis: number,
  reduction: 'none' | 'add',
): Value {
  return builder.apply('ScatterElements', [x, indices, updates], {
    axis: int(axis),
    reduction: string(reduction),
  });
}

function scatterElementsShape(context: ShapeContext): readonly TensorType[] {
  expectType(context, 1, ['int32', 'int64']);
  const [x, indices, updates] = [context.input(0), context.input(1), context.input(2)];
  expectType(context, 2, [x.type]);
  normalizeAxis(context, context.int('axis', 0), x.shape.length);
  if (!['none', 'add'].includes(context.string('reduction', 'none')))
    context.refuse('wrong_attribute', 'is supported without reduction and with add only');
  if (indices.shape.length !== x.shape.length || !sameShape(indices.shape, updates.shape))
    context.refuse(
      'shape_mismatch',
      `cannot put ${formatShape(updates.shape)} at ${formatShape(indices.shape)} of ${formatShape(x.shape)}`,
    );
  return [{ type: x.type, shape: x.shape }];
}

function scatterElementsGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, node, needs } = context;
  const attributes = nodeContext(context);
  const [, indices, updates] = node.inputs;
  const axis = attributes.int('axis', 0);
  const gradient = outputGradient(context);
  const adds = attributes.string('reduction', 'none') === 'add';
  const hidden = () => repeatTo(builder, constantLike(builder, updates!, 0), updates!);
  return [
    adds || !needs(0) ? gradient : scatter(builder, gradient, indices!, hidden(), axis, 'none'),
    null,
    needs(2) ? builder.apply('GatherElements', [gradient, indices!], { axis: int(axis) }) : null,
  ];
}

const gatherElementsOperator: OperatorDefinition = {
  op: 'GatherElements',
  arity: [2, 2],
  attributes: { axis: 'int' },
  shape: gatherElementsShape,
  gradient: gatherElementsGradient,
};

function gatherElementsShape(context: ShapeContext): readonly TensorType[] {
  expectType(context, 1, ['int32', 'int64']);
  const [x, indices] = [context.input(0), context.input(1)];
  normalizeAxis(context, context.int('axis', 0), x.shape.length);
  if (indices.shape.length !== x.shape.length)
    context.refuse(
      'shape_mismatch',
      `cannot take ${formatShape(indices.shape)} out of ${formatShape(x.shape)}`,
    );
  return [{ type: x.type, shape: indices.shape }];
}

function gatherElementsGradient(context: GradientContext): readonly (Value | null)[] {
  const shapes = nodeContext(context);
  const extents = concreteShape(shapes.input(0));
  const axis = shapes.int('axis', 0);
  const gradient = outputGradient(context);
  return [scatterAdd(context.builder, extents, shapes.input(1), gradient, axis), null];
}

const gatherOperator: OperatorDefinition = {
  op: 'Gather',
  arity: [2, 2],
  attributes: { axis: 'int' },
  shape: (context) => {
    expectType(context, 1, ['int32', 'int64']);
    const { type, shape } = context.input(0);
    const axis = normalizeAxis(context, context.int('axis', 0), shape.length);
    return [{ type, shape: shape.toSpliced(axis, 1, ...context.input(1).shape) }];
  },
  gradient: gatherGradient,
};

/** Entries of x along an axis, in the order of `indices`, whose shape replaces that axis. */
export function gather(builder: Builder, x: Value, indices: Value, axis: number): Value {
  return builder.apply('Gather', [x, indices], { axis: int(axis) });
}

/** Every entry's gradient is added to where it was taken from. */
function gatherGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder } = context;
  const shapes = nodeContext(context);
  const [x, indices] = [shapes.input(0), shapes.input(1)];
  const extents = concreteShape(x);
  const axis = normalizeAxis(shapes, shapes.int('axis', 0), extents.length);
  const count = countAlong(indices, [...indices.shape.keys()]);
  const taken = extents.with(axis, count);
  const alongAxis = extents.map((_, at) => (at === axis ? count : 1));
  const where = expand(builder, reshape(builder, indices, alongAxis), taken);
  const gradient = reshape(builder, outputGradient(context), taken);
  return [scatterAdd(builder, extents, where, gradient, axis), null];
}

export const shapeOperators: readonly OperatorDefinition[] = [
  shapeOperator,
  reshapeOperator,
  flattenOperator,
  squeezeOperator,
  unsqueezeOperator,
  transposeOperator,
  expandOperator,
  sliceOperator,
  concatOperator,
  splitOperator,
  scatterElementsOperator,
  gatherElementsOperator,
  gatherOperator,
];
