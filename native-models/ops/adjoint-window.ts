import { addConstant } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { concreteShape } from '../graph/specialize.ts';
import { span, windowAxes, type WindowAxis } from './window.ts';

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
export interface AdjointOptions {
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
