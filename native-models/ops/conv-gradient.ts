import type { Value } from '../graph/graph.ts';
import { attributes, int, ints } from '../graph/attribute.ts';
import type { Builder } from '../graph/operator.ts';
import { concreteShape } from '../graph/specialize.ts';
import { adjointOptions } from './adjoint-window.ts';
import { concat } from './concat.ts';
import { gemm } from './gemm.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';
import { reduceSum } from './reduce-sum.ts';
import { transpose } from './transpose.ts';
import { span, type WindowAxis } from './window.ts';
import { zeroPad } from './zero-pad.ts';

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
export function convInputGradient(
  builder: Builder,
  convolution: Convolution,
  gradient: Value,
): Value {
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
export function convKernelGradient(
  builder: Builder,
  convolution: Convolution,
  gradient: Value,
): Value {
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
