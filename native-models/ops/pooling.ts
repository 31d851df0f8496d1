import {
  attributes,
  int,
  ints,
  type Attributes,
  type TensorType,
  type Value,
} from '../graph/graph.ts';
import type { ShapeContext, Builder, OperatorDefinition } from '../graph/operator.ts';
import { formatShape, isConcrete, type Dimension } from '../graph/shape.ts';
import {
  expectRank,
  product,
  unaryRule,
  constantLike,
  countAlong,
  type UnaryParts,
} from './rules.ts';
import {
  windowAttributes,
  windowAxes,
  windowOptionAttributes,
  windowOutput,
  adjointOptions,
  explicitAxes,
  convTranspose,
  type WindowOptions,
  type WindowAxis,
} from './convolution.ts';
import { reshape, scatterAdd, zeroPad, repeatTo } from './shapes.ts';
import { concreteShape } from '../graph/rewrite.ts';
import { multiply, divide } from './arithmetic.ts';
import { resize } from './resize.ts';
import { float32 } from '../graph/tensor.ts';
import { reducedExtremumRule } from './reductions.ts';

interface PoolOptions extends WindowOptions {
  /** Lets the last window reach beyond the input instead of leaving out the rest. */
  readonly ceilMode?: boolean;
}

const poolAttributes = { ...windowAttributes, ceil_mode: 'int' } as const;

function poolOptionAttributes(kernel: readonly number[], options: PoolOptions): Attributes {
  return attributes({
    kernel_shape: ints(kernel),
    ...windowOptionAttributes(options),
    ceil_mode: options.ceilMode === true ? int(1) : undefined,
  });
}

function poolShape(context: ShapeContext): readonly TensorType[] {
  expectRank(context, 0, 3, Infinity);
  const { type, shape } = context.input(0);
  const [batch, channels, ...spatial] = shape;
  const kernel = context.ints('kernel_shape', []);
  if (kernel.length !== spatial.length)
    context.refuse(
      'wrong_attribute',
      `needs a kernel_shape of ${spatial.length} extents, but got ${formatShape(kernel)}`,
    );
  const ceilMode = context.int('ceil_mode', 0) === 1;
  const output = windowOutput(context, spatial, windowAxes(context, kernel), ceilMode);
  return [{ type, shape: [batch!, channels!, ...output] }];
}

/** [N, C, …] to [N, C, 1, …]. */
function globalPoolShape(context: ShapeContext): readonly TensorType[] {
  expectRank(context, 0, 3, Infinity);
  const { type, shape } = context.input(0);
  return [{ type, shape: shape.map((extent, axis) => (axis < 2 ? extent : 1)) }];
}

const maxPoolOperator: OperatorDefinition = {
  op: 'MaxPool',
  arity: [1, 1],
  attributes: { ...poolAttributes, storage_order: 'int' },
  outputs: [1, 2],
  shape: (context) => {
    const [pooled] = poolShape(context);
    return [pooled!, { type: 'int64', shape: pooled!.shape }];
  },
  gradient: unaryRule(maxPoolGradient),
};

/** The largest value of each window of [N, C, …]; padding never wins. */
export function maxPool(
  builder: Builder,
  x: Value,
  kernel: readonly number[],
  options: PoolOptions = {},
): Value {
  return builder.apply('MaxPool', [x], poolOptionAttributes(kernel, options));
}

/** The gradient of every window goes to its largest pixel, to the first where several are equal. */
function maxPoolGradient(builder: Builder, { x, gradient, context }: UnaryParts): Value {
  const extents = concreteShape(x);
  // The second output numbers the elements of the whole of x, row by row.
  const [, indices] = builder.applyAll('MaxPool', [x], context.attributes, [], 2);
  const flat = scatterAdd(
    builder,
    [product(extents)],
    reshape(builder, indices!, [-1]),
    reshape(builder, gradient, [-1]),
    0,
  );
  return reshape(builder, flat, extents);
}

interface AveragePoolOptions extends Omit<PoolOptions, 'dilations'> {
  /** Divide by the size of the window even where it reaches into the padding. */
  readonly countIncludesPadding?: boolean;
}

// Dilated averages came with a later version of the operator set than the one written here.
const averagePoolAttributes = {
  auto_pad: 'string',
  ceil_mode: 'int',
  count_include_pad: 'int',
  kernel_shape: 'ints',
  pads: 'ints',
  strides: 'ints',
} as const;

const averagePoolOperator: OperatorDefinition = {
  op: 'AveragePool',
  arity: [1, 1],
  attributes: averagePoolAttributes,
  shape: poolShape,
  gradient: unaryRule(averagePoolGradient),
};

/** The mean of each window of [N, C, …]. */
export function averagePool(
  builder: Builder,
  x: Value,
  kernel: readonly number[],
  options: AveragePoolOptions = {},
): Value {
  const includes = options.countIncludesPadding === true ? { count_include_pad: int(1) } : {};
  return builder.apply('AveragePool', [x], {
    ...poolOptionAttributes(kernel, options),
    ...includes,
  });
}

/** Every pixel of a window gets an equal share. */
function averagePoolGradient(builder: Builder, parts: UnaryParts): Value {
  const { x, y, context } = parts;
  const axes = explicitAxes(context, context.ints('kernel_shape', []), x, y);
  const apart = axes.every((axis) => axis.kernel === axis.stride && axis.padBegin === 0);
  const inside = axes.every(
    (axis, index) =>
      axis.padEnd === 0 && addRemainder(x.shape[index + 2]!, y.shape[index + 2]!, axis) >= 0,
  );
  return apart && inside
    ? separateWindows(builder, parts, axes)
    : overlappingWindows(builder, parts, axes);
}

/** Pixels behind the last window; −1 where the dimension is open or the window reaches beyond it. */
function addRemainder(extent: Dimension, count: Dimension, { stride }: WindowAxis): number {
  if (!isConcrete([extent, count])) return -1;
  return Math.max(-1, Number(extent) - Number(count) * stride);
}

function separateWindows(
  builder: Builder,
  { x, y, gradient }: UnaryParts,
  axes: readonly WindowAxis[],
): Value {
  const strides = axes.map(({ stride }) => stride);
  const share = multiply(builder, gradient, constantLike(builder, x, 1 / product(strides)));
  const spread = resize(builder, share, { scales: [1, 1, ...strides] }, 'nearest');
  const pads = axes.map((axis, index) => ({
    axis: index + 2,
    before: 0,
    after: addRemainder(x.shape[index + 2]!, y.shape[index + 2]!, axis),
  }));
  return zeroPad(builder, spread, pads);
}

function overlappingWindows(
  builder: Builder,
  { x, y, gradient, context }: UnaryParts,
  axes: readonly WindowAxis[],
): Value {
  const countsPadding = context.int('count_include_pad', 0) === 1;
  const share = axes.reduce((scaled, axis, index) => {
    const [extent, count] = concreteShape({
      ...x,
      shape: [x.shape[index + 2]!, y.shape[index + 2]!],
    });
    const shares = windowSizes(axis, extent!, count!, countsPadding).map((size) => 1 / size);
    const shape = axes.map((_, other) => (other === index ? count! : 1));
    return multiply(builder, scaled, builder.constant(float32(shape, shares)));
  }, gradient);
  const channels = concreteShape({ ...x, shape: [x.shape[1]!] })[0]!;
  const kernel = axes.map((axis) => axis.kernel);
  const ones = new Float32Array(channels * product(kernel)).fill(1);
  return convTranspose(builder, share, builder.constant(float32([channels, 1, ...kernel], ones)), {
    ...adjointOptions(axes, x, y),
    group: channels,
  });
}

/** By how much each window along an axis divides. */
function windowSizes(
  { kernel, stride, padBegin, padEnd }: WindowAxis,
  extent: number,
  count: number,
  countsPadding: boolean,
): number[] {
  const [least, most] = countsPadding ? [-padBegin, extent + padEnd] : [0, extent];
  return Array.from({ length: count }, (_, position) => {
    const start = position * stride - padBegin;
    return Math.min(start + kernel, most) - Math.max(start, least);
  });
}

const globalAveragePoolOperator: OperatorDefinition = {
  op: 'GlobalAveragePool',
  arity: [1, 1],
  attributes: {},
  shape: globalPoolShape,
  gradient: unaryRule((b, { x, gradient }) => {
    const count = countAlong(x, [...x.shape.keys()].slice(2));
    return repeatTo(b, divide(b, gradient, constantLike(b, x, count)), x);
  }),
};

/** The mean of each channel: [N, C, …] to [N, C, 1, …]. */
export function globalAveragePool(builder: Builder, x: Value): Value {
  return builder.apply('GlobalAveragePool', [x]);
}

const globalMaxPoolOperator: OperatorDefinition = {
  op: 'GlobalMaxPool',
  arity: [1, 1],
  attributes: {},
  shape: globalPoolShape,
  gradient: unaryRule((b, parts) =>
    reducedExtremumRule(b, { ...parts, axes: [...parts.x.shape.keys()].slice(2) }),
  ),
};

export const poolingOperators: readonly OperatorDefinition[] = [
  maxPoolOperator,
  averagePoolOperator,
  globalAveragePoolOperator,
  globalMaxPoolOperator,
];
