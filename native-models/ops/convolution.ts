import {
  addConstant,
  divideRoundingDown,
  divideRoundingUp,
  multiplyByConstant,
  formatShape,
  isConcrete,
  sameShape,
  type Dimension,
} from '../graph/shape.ts';
import {
  ints,
  attributes,
  int,
  type Attribute,
  type AttributeKind,
  type Value,
  type TensorType,
} from '../graph/graph.ts';
import type {
  ShapeContext,
  Builder,
  ConcreteNode,
  GradientContext,
  OperatorDefinition,
} from '../graph/operator.ts';
import { concreteShape } from '../graph/rewrite.ts';
import { product, commonType, expectRank, nodeContext, outputGradient } from './rules.ts';
import { concat, reshape, slice, transpose, zeroPad } from './shapes.ts';
import { gemm } from './products.ts';
import { reduceSum } from './reductions.ts';

/** How a window moves over the spatial axes (those after batch and channel). */
export interface WindowOptions {
  /** Per spatial axis; 1 by default. */
  readonly strides?: readonly number[];
  /** Zeros added: begins of all spatial axes, then ends, e.g. [top, left, bottom, right]. */
  readonly pads?: readonly number[];
  /** Per spatial axis; 1 by default. */
  readonly dilations?: readonly number[];
}

export const windowAttributes = {
  auto_pad: 'string',
  dilations: 'ints',
  kernel_shape: 'ints',
  pads: 'ints',
  strides: 'ints',
} as const satisfies Readonly<Record<string, AttributeKind>>;

export function windowOptionAttributes(
  options: WindowOptions,
): Record<string, Attribute | undefined> {
  const { strides, pads, dilations } = options;
  return {
    strides: strides && ints(strides),
    pads: pads && ints(pads),
    dilations: dilations && ints(dilations),
  };
}

export interface WindowAxis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBegin: number;
  readonly padEnd: number;
}

/** The attributes of a sliding window, checked, per spatial axis. */
export function windowAxes(context: ShapeContext, kernel: readonly number[]): WindowAxis[] {
  const rank = kernel.length;
  const strides = context.ints(
    'strides',
    kernel.map(() => 1),
  );
  const dilations = context.ints(
    'dilations',
    kernel.map(() => 1),
  );
  const pads = context.ints(
    'pads',
    [...kernel, ...kernel].map(() => 0),
  );
  expectLength(context, 'strides', strides, rank);
  expectLength(context, 'dilations', dilations, rank);
  expectLength(context, 'pads', pads, 2 * rank);
  expectAtLeast(context, 'kernel_shape', kernel, 1);
  expectAtLeast(context, 'strides', strides, 1);
  expectAtLeast(context, 'dilations', dilations, 1);
  expectAtLeast(context, 'pads', pads, 0);
  return kernel.map((size, axis) => ({
    kernel: size,
    stride: strides[axis]!,
    dilation: dilations[axis]!,
    padBegin: pads[axis]!,
    padEnd: pads[axis + rank]!,
  }));
}

/** Number of window positions along each spatial axis, per ONNX Conv and MaxPool. */
export function windowOutput(
  context: ShapeContext,
  spatial: readonly Dimension[],
  axes: readonly WindowAxis[],
  ceilMode = false,
): readonly Dimension[] {
  const autoPad = context.string('auto_pad', 'NOTSET');
  return spatial.map((extent, axis) => {
    const output = axisOutput(context, extent, axes[axis]!, autoPad, ceilMode);
    if (typeof output === 'number' && output < 1)
      context.refuse(
        'shape_mismatch',
        `has a window of ${span(axes[axis]!)} on spatial axis ${axis}, which is larger than its input of ${extent}`,
      );
    return output;
  });
}

function axisOutput(
  context: ShapeContext,
  extent: Dimension,
  axis: WindowAxis,
  autoPad: string,
  ceilMode: boolean,
): Dimension {
  switch (autoPad) {
    case 'SAME_UPPER':
    case 'SAME_LOWER':
      return divideRoundingUp(extent, axis.stride);
    case 'VALID':
      return positions(extent, { ...axis, padBegin: 0, padEnd: 0 }, ceilMode);
    case 'NOTSET':
      return positions(extent, axis, ceilMode);
    default:
      return context.refuse('wrong_attribute', `does not know auto_pad ${autoPad}`);
  }
}

function positions(extent: Dimension, axis: WindowAxis, ceilMode: boolean): Dimension {
  const room = addConstant(extent, axis.padBegin + axis.padEnd - span(axis));
  if (!ceilMode) return addConstant(divideRoundingDown(room, axis.stride), 1);
  const output = addConstant(divideRoundingUp(room, axis.stride), 1);
  // A last window that would begin in the padding behind the input is left out.
  if (typeof output !== 'number' || typeof extent !== 'number') return output;
  return (output - 1) * axis.stride >= extent + axis.padBegin ? output - 1 : output;
}

/** Input elements from the first to the last of a window. */
export function span({ kernel, dilation }: WindowAxis): number {
  return (kernel - 1) * dilation + 1;
}

function expectLength(
  context: ShapeContext,
  name: string,
  values: readonly number[],
  length: number,
): void {
  if (values.length !== length)
    context.refuse('wrong_attribute', `needs ${length} ${name}, but got [${values.join(', ')}]`);
}

function expectAtLeast(
  context: ShapeContext,
  name: string,
  values: readonly number[],
  least: number,
): void {
  if (values.some((value) => value < least))
    context.refuse(
      'wrong_attribute',
      `needs ${name} of at least ${least}, but got [${values.join(', ')}]`,
    );
}

/** The axes of a node's window over its input, with `auto_pad` resolved to numbers. */
export function explicitAxes(
  context: ShapeContext,
  kernel: readonly number[],
  input: Value,
  output: Value,
): readonly WindowAxis[] {
  const axes = windowAxes(context, kernel);
  const autoPad = context.string('auto_pad', 'NOTSET');
  if (autoPad === 'NOTSET') return axes;
  if (autoPad === 'VALID') return axes.map((axis) => ({ ...axis, padBegin: 0, padEnd: 0 }));
  const extents = concreteShape(input).slice(2);
  const outputs = concreteShape(output).slice(2);
  return axes.map((axis, index) => {
    const reach = (outputs[index]! - 1) * axis.stride + span(axis);
    const total = Math.max(0, reach - extents[index]!);
    const less = Math.floor(total / 2);
    const [padBegin, padEnd] =
      autoPad === 'SAME_UPPER' ? [less, total - less] : [total - less, less];
    return { ...axis, padBegin, padEnd };
  });
}

/** Options under which a transposed convolution undoes the geometry of a window. */
interface AdjointOptions {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  readonly outputPadding: readonly number[];
}

/** So that a transposed convolution of the window's output has the extents of its input. */
export function adjointOptions(
  axes: readonly WindowAxis[],
  input: Value,
  output: Value,
): AdjointOptions {
  const ends = axes.map((axis, index) => {
    const [from, to] = [input.shape[index + 2]!, output.shape[index + 2]!];
    // Every position counts, so that no open dimension is asked for its number.
    if (axis.stride === 1 && from === addConstant(to, span(axis) - 1 - axis.padBegin - axis.padEnd))
      return axis.padEnd;
    const [extent, count] = concreteShape({ ...input, shape: [from, to] });
    return (count! - 1) * axis.stride + span(axis) - axis.padBegin - extent!;
  });
  return {
    strides: axes.map(({ stride }) => stride),
    dilations: axes.map(({ dilation }) => dilation),
    pads: [...axes.map(({ padBegin }) => padBegin), ...ends.map((end) => Math.max(end, 0))],
    outputPadding: ends.map((end) => Math.max(-end, 0)),
  };
}

export interface ConvOptions extends WindowOptions {
  /** float32[output channels] */
  readonly bias?: Value;
  /** Independent groups of channels; 1 by default. */
  readonly group?: number;
}

export const convOperator: OperatorDefinition = {
  op: 'Conv',
  arity: [2, 3],
  attributes: { ...windowAttributes, group: 'int' },
  shape: convShape,
  gradient: convGradient,
  flops: convFlops,
};

/** Cross-correlation: x [N, C, …] with w [M, C / group, …kernel] gives [N, M, …]. */
export function conv(builder: Builder, x: Value, w: Value, options: ConvOptions = {}): Value {
  const { bias, group } = options;
  return builder.apply(
    'Conv',
    bias === undefined ? [x, w] : [x, w, bias],
    attributes({
      ...windowOptionAttributes(options),
      group: group === undefined ? undefined : int(group),
    }),
  );
}

function convShape(context: ShapeContext): readonly TensorType[] {
  const type = commonType(context);
  expectRank(context, 0, 3, Infinity);
  const [batch, channels, ...spatial] = context.input(0).shape;
  const [outputChannels, inputChannels, ...kernel] = kernelShape(context, spatial.length);
  const group = context.int('group', 1);
  if (channels !== inputChannels! * group)
    context.refuse(
      'shape_mismatch',
      `needs ${inputChannels! * group} input channels, but got ${channels}`,
    );
  if (outputChannels! % group !== 0)
    context.refuse(
      'shape_mismatch',
      `cannot split ${outputChannels!} output channels into ${group} groups`,
    );
  expectBias(context, outputChannels!);
  const output = windowOutput(context, spatial, windowAxes(context, kernel));
  return [{ type, shape: [batch!, outputChannels!, ...output] }];
}

/** The shape of input 1 as numbers, with as many spatial axes as the image has. */
function kernelShape(context: ShapeContext, spatialRank: number): readonly number[] {
  const { shape } = context.input(1);
  if (!isConcrete(shape) || shape.length !== spatialRank + 2)
    return context.refuse(
      'shape_mismatch',
      `needs a kernel of ${spatialRank + 2} known extents, but got ${formatShape(shape)}`,
    );
  const declared = context.ints('kernel_shape');
  if (declared !== undefined && !sameShape(declared, shape.slice(2)))
    context.refuse(
      'wrong_attribute',
      `says kernel_shape ${formatShape(declared)}, but its kernel is ${formatShape(shape)}`,
    );
  return shape;
}

/** Refuses a bias (input 2) that is not one value per output channel. */
function expectBias(context: ShapeContext, channels: number): void {
  if (!context.has(2)) return;
  const { shape } = context.input(2);
  if (!sameShape(shape, [channels]))
    context.refuse(
      'shape_mismatch',
      `needs a bias of [${channels}], but got ${formatShape(shape)}`,
    );
}

function convFlops({ inputs, outputs }: ConcreteNode): number {
  return 2 * product(outputs[0]!) * product(inputs[1]!.slice(1));
}

function convGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, node, needs } = context;
  const shapes = nodeContext(context);
  const [x, w, y] = [shapes.input(0), shapes.input(1), node.outputs[0]!];
  const kernel = kernelShape(shapes, x.shape.length - 2).slice(2);
  const axes = explicitAxes(shapes, kernel, x, y);
  const convolution = { x, w, y, group: shapes.int('group', 1), axes };
  const gradient = outputGradient(context);
  return [
    needs(0) ? convInputGradient(builder, convolution, gradient) : null,
    needs(1) ? convKernelGradient(builder, convolution, gradient) : null,
    needs(2) ? biasGradient(builder, gradient) : null,
  ];
}

interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns added at the end of the output, per spatial axis. */
  readonly outputPadding?: readonly number[];
}

const convTransposeOperator: OperatorDefinition = {
  op: 'ConvTranspose',
  arity: [2, 3],
  attributes: { ...windowAttributes, group: 'int', output_padding: 'ints' },
  shape: convTransposeShape,
  gradient: convTransposeGradient,
  flops: ({ inputs }) => 2 * product(inputs[0]!) * product(inputs[1]!.slice(1)),
};

/** The adjoint of `conv`: x [N, C, …] with w [C, M / group, …kernel] gives [N, M, …]. */
export function convTranspose(
  builder: Builder,
  x: Value,
  w: Value,
  options: ConvTransposeOptions = {},
): Value {
  const { bias, group, outputPadding } = options;
  return builder.apply(
    'ConvTranspose',
    bias === undefined ? [x, w] : [x, w, bias],
    attributes({
      ...windowOptionAttributes(options),
      group: group === undefined ? undefined : int(group),
      output_padding: outputPadding && ints(outputPadding),
    }),
  );
}

function convTransposeShape(context: ShapeContext): readonly TensorType[] {
  const type = commonType(context);
  expectRank(context, 0, 3, Infinity);
  if (context.string('auto_pad', 'NOTSET') !== 'NOTSET')
    context.refuse('wrong_attribute', 'is supported with explicit pads only');
  const [batch, channels, ...spatial] = context.input(0).shape;
  const [inputChannels, groupChannels, ...kernel] = kernelShape(context, spatial.length);
  if (channels !== inputChannels)
    context.refuse('shape_mismatch', `needs ${inputChannels} input channels, but got ${channels}`);
  const outputChannels = groupChannels! * context.int('group', 1);
  expectBias(context, outputChannels);
  const extra = context.ints(
    'output_padding',
    kernel.map(() => 0),
  );
  const axes = windowAxes(context, kernel);
  if (extra.length !== axes.length || axes.some(({ stride }, index) => extra[index]! >= stride))
    context.refuse(
      'wrong_attribute',
      `needs output_padding per axis and below the stride, but got ${formatShape(extra)}`,
    );
  const output = axes.map((axis, index) => {
    const stretched = multiplyByConstant(addConstant(spatial[index]!, -1), axis.stride);
    const rest = span(axis) - axis.padBegin - axis.padEnd + extra[index]!;
    return addConstant(stretched, rest);
  });
  return [{ type, shape: [batch!, outputChannels, ...output] }];
}

/** Its derivative by x is the convolution that it is the adjoint of. */
function convTransposeGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, needs } = context;
  const shapes = nodeContext(context);
  const [x, w] = [shapes.input(0), shapes.input(1)];
  const axes = windowAxes(shapes, kernelShape(shapes, x.shape.length - 2).slice(2));
  const group = shapes.int('group', 1);
  const gradient = outputGradient(context);
  const byX = () =>
    conv(builder, gradient, w, {
      group,
      strides: axes.map(({ stride }) => stride),
      dilations: axes.map(({ dilation }) => dilation),
      pads: [...axes.map(({ padBegin }) => padBegin), ...axes.map(({ padEnd }) => padEnd)],
    });
  return [
    needs(0) ? byX() : null,
    needs(1) ? convKernelGradient(builder, { x: gradient, w, y: x, group, axes }, x) : null,
    needs(2) ? biasGradient(builder, gradient) : null,
  ];
}

/** A convolution y = x ∗ w whose derivatives are asked for. */
export interface Convolution {
  readonly x: Value;
  readonly w: Value;
  readonly y: Value;
  readonly group: number;
  readonly axes: readonly WindowAxis[];
}

/**
 * ∂loss/∂x. With stride 1 this is a convolution with the flipped, transposed kernel, which runs
 * faster than a transposed convolution; with others it is the latter.
 */
function convInputGradient(builder: Builder, convolution: Convolution, gradient: Value): Value {
  const { x, w, y, group, axes } = convolution;
  const pads = axes.map((axis) => [span(axis) - 1 - axis.padBegin, span(axis) - 1 - axis.padEnd]);
  const dense = axes.every(({ stride }) => stride === 1) && pads.flat().every((pad) => pad >= 0);
  if (dense)
    return builder.apply('Conv', [gradient, flippedKernel(builder, w, group)], {
      pads: ints([...pads.map(([begin]) => begin!), ...pads.map(([, end]) => end!)]),
      dilations: ints(axes.map(({ dilation }) => dilation)),
      group: int(group),
    });
  const { strides, dilations, pads: cut, outputPadding } = adjointOptions(axes, x, y);
  return builder.apply(
    'ConvTranspose',
    [gradient, w],
    attributes({
      strides: ints(strides),
      dilations: ints(dilations),
      pads: ints(cut),
      output_padding: outputPadding.some((extra) => extra > 0) ? ints(outputPadding) : undefined,
      group: int(group),
    }),
  );
}

/** [M, C / group, …k] to [C, M / group, …k], mirrored along every spatial axis. */
function flippedKernel(builder: Builder, w: Value, group: number): Value {
  const [outputs, inputs, ...kernel] = concreteShape(w);
  const spatial = kernel.map((_, axis) => axis);
  const split = reshape(builder, w, [group, outputs! / group, inputs!, ...kernel]);
  const exchanged = transpose(builder, split, [0, 2, 1, ...spatial.map((axis) => axis + 3)]);
  const shape = [group * inputs!, outputs! / group, ...kernel];
  const positions = kernel.reduce((count, size) => count * size, 1);
  if (positions === 1) return reshape(builder, exchanged, shape);
  // Mirroring all axes turns the order of the positions round: one axis is cheaper than several.
  const flat = reshape(builder, exchanged, [group * inputs!, outputs! / group, positions]);
  return reshape(builder, slice(builder, flat, [{ axis: 2, start: -1, step: -1 }]), shape);
}

/** ∂loss/∂w. */
function convKernelGradient(builder: Builder, convolution: Convolution, gradient: Value): Value {
  return convolution.group === 1
    ? kernelGradientByProducts(builder, convolution, gradient)
    : kernelGradientByConvolution(builder, convolution, gradient);
}

/** Fewer input channels than this make one product over all kernel positions the faster way. */
const FEW_CHANNELS = 16;

/**
 * For each position of the kernel, the product of the gradient [pixels, M] with the part of x that
 * the position meets, [pixels, C], pixels of all pictures one below the other: long matrix products
 * run at the speed of the machine, while a convolution with the gradient as kernel would unfold x
 * for a handful of output pixels (measured 5 times slower). Channels come last, so that a part is
 * copied row by row and not number by number.
 */
function kernelGradientByProducts(
  builder: Builder,
  { x, w, axes }: Convolution,
  gradient: Value,
): Value {
  const [outputs, channels, ...kernel] = concreteShape(w);
  const [batch, , ...positions] = concreteShape(gradient);
  const pixels = positions.reduce((count, extent) => count * extent, batch!);
  const channelsLast = [0, ...kernel.map((_, axis) => axis + 2), 1];
  const byPixel = reshape(builder, transpose(builder, gradient, channelsLast), [pixels, outputs!]);
  const padded = zeroPad(
    builder,
    transpose(builder, x, channelsLast),
    axes.map(({ padBegin, padEnd }, axis) => ({ axis: axis + 1, before: padBegin, after: padEnd })),
  );
  const met = kernelPositions(kernel).map((position) =>
    reshape(builder, partMet(builder, padded, axes, { position, positions }), [pixels, channels!]),
  );
  const multiply = (matrix: Value) => gemm(builder, byPixel, matrix, { transposeA: true });
  if (met.length === 1)
    return reshape(builder, multiply(met[0]!), [outputs!, channels!, ...kernel]);
  const products =
    channels! < FEW_CHANNELS
      ? reshape(builder, multiply(concat(builder, met, 1)), [outputs!, met.length, channels!])
      : concat(
          builder,
          met.map((matrix) => reshape(builder, multiply(matrix), [outputs!, 1, channels!])),
          1,
        );
  return reshape(builder, transpose(builder, products, [0, 2, 1]), [
    outputs!,
    channels!,
    ...kernel,
  ]);
}

/** Of x with channels last, what one position of the kernel meets while it goes over all outputs. */
function partMet(
  builder: Builder,
  padded: Value,
  axes: readonly WindowAxis[],
  { position, positions }: Readonly<Record<'position' | 'positions', readonly number[]>>,
): Value {
  const ranges = axes.map(({ stride, dilation }, axis) => {
    const start = position[axis]! * dilation;
    const end = start + (positions[axis]! - 1) * stride + 1;
    return { axis: axis + 1, start, end, step: stride };
  });
  const whole = ranges.every(
    ({ axis, end, start, step }) => start === 0 && step === 1 && end === padded.shape[axis],
  );
  return whole ? padded : slice(builder, padded, ranges);
}

/** All positions of a kernel, row by row. */
function kernelPositions(kernel: readonly number[]): readonly (readonly number[])[] {
  return kernel.reduce<readonly (readonly number[])[]>(
    (positions, extent) =>
      positions.flatMap((position) =>
        Array.from({ length: extent }, (_, index) => [...position, index]),
      ),
    [[]],
  );
}

/**
 * x convolved with the gradient as kernel, pictures and channels having changed places, strides and
 * dilations too.
 */
function kernelGradientByConvolution(
  builder: Builder,
  { x, w, group, axes }: Convolution,
  gradient: Value,
): Value {
  const [batch, channels, ...extents] = concreteShape(x);
  const [, , ...kernel] = concreteShape(w);
  const inner = channels! / group;
  const spatial = kernel.map((_, axis) => axis);
  const grouped = reshape(builder, x, [batch!, group, inner, ...extents]);
  const byChannel = transpose(builder, grouped, [2, 1, 0, ...spatial.map((axis) => axis + 3)]);
  const pictures = reshape(builder, byChannel, [inner, group * batch!, ...extents]);
  const swap = [1, 0, ...spatial.map((axis) => axis + 2)];
  const product = builder.apply('Conv', [pictures, transpose(builder, gradient, swap)], {
    strides: ints(axes.map(({ dilation }) => dilation)),
    dilations: ints(axes.map(({ stride }) => stride)),
    pads: ints([...axes.map(({ padBegin }) => padBegin), ...axes.map(({ padEnd }) => padEnd)]),
    group: int(group),
  });
  // Where the stride leaves rows of x unused, there are more positions than kernel elements.
  const ranges = spatial.map((axis) => ({ axis: axis + 2, start: 0, end: kernel[axis]! }));
  const positions = concreteShape(product).slice(2);
  const fits = positions.every((count, axis) => count === kernel[axis]);
  return transpose(builder, fits ? product : slice(builder, product, ranges), swap);
}

/** ∂loss/∂bias: the sum over pictures and pixels. */
export function biasGradient(builder: Builder, gradient: Value): Value {
  const axes = [...gradient.shape.keys()].filter((axis) => axis !== 1);
  return reduceSum(builder, gradient, { axes, keepAxes: false });
}

export const convolutionOperators: readonly OperatorDefinition[] = [
  convOperator,
  convTransposeOperator,
];
