import {
  addConstant,
  divideRoundingDown,
  divideRoundingUp,
  type Dimension,
} from '../graph/dimension.ts';
import { ints, type Attribute, type AttributeKind } from '../graph/attribute.ts';
import type { ShapeContext } from '../graph/shape-context.ts';

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
