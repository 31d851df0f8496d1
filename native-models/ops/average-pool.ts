import { int } from '../graph/attribute.ts';
import type { Dimension } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { poolOptionAttributes, poolShape, type PoolOptions } from './pool.ts';
import { adjointOptions, explicitAxes } from './adjoint-window.ts';
import { product } from './arithmetic.ts';
import { convTranspose } from './conv-transpose.ts';
import { multiply } from './multiply.ts';
import { resize } from './resize.ts';
import { constantLike, unaryRule, type UnaryParts } from './rules.ts';
import { zeroPad } from './zero-pad.ts';
import { float32 } from '../graph/tensor.ts';
import { isConcrete } from '../graph/shape.ts';
import { concreteShape } from '../graph/specialize.ts';
import type { WindowAxis } from './window.ts';

export interface AveragePoolOptions extends Omit<PoolOptions, 'dilations'> {
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

export const averagePoolOperator: OperatorDefinition = {
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
