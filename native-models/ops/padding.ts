import { string, type TensorType, type Value } from '../graph/graph.ts';
import { addConstant, multiplyByConstant, formatShape } from '../graph/shape.ts';
import type {
  Builder,
  GradientContext,
  OperatorDefinition,
  ShapeContext,
} from '../graph/operator.ts';
import { int64Vector, scalar, toNumbers } from '../graph/tensor.ts';
import { add, subtract } from './arithmetic.ts';
import {
  countAlong,
  normalizeAxes,
  normalizeAxis,
  optionalNumbers,
  nodeContext,
  outputGradient,
  unaryRule,
  type UnaryParts,
} from './rules.ts';
import { reduceSum } from './reductions.ts';
import { slice, zeroPad, reshape, type AxisPad } from './shapes.ts';
import { concreteShape } from '../graph/rewrite.ts';

type PadMode = 'constant' | 'reflect' | 'edge';

const padOperator: OperatorDefinition = {
  op: 'Pad',
  arity: [2, 4],
  attributes: { mode: 'string' },
  shape: padShape,
  gradient: padGradient,
};

/**
 * Grows x (float32) at the borders: `pads` has the begins of all axes, then the ends; negative
 * crops. `constant` fills with zeros, `reflect` mirrors without the border, `edge` repeats it.
 */
export function pad(
  builder: Builder,
  x: Value,
  pads: readonly number[],
  mode: PadMode = 'constant',
): Value {
  const inputs = [x, builder.constant(int64Vector(pads))];
  if (mode === 'constant') inputs.push(builder.constant(scalar(0)));
  return builder.apply('Pad', inputs, { mode: string(mode) });
}

function padShape(context: ShapeContext): readonly TensorType[] {
  const { type, shape } = context.input(0);
  const mode = context.string('mode', 'constant');
  if (!['constant', 'reflect', 'edge'].includes(mode))
    context.refuse('wrong_attribute', `does not know the mode ${mode}`);
  const result = [...shape];
  for (const { axis, before, after } of padsOf(context))
    result[axis] = addConstant(shape[axis]!, before + after);
  if (result.some((extent) => typeof extent === 'number' && extent < 0))
    context.refuse('shape_mismatch', `crops more than there is of ${formatShape(shape)}`);
  return [{ type, shape: result }];
}

function padsOf(context: ShapeContext): readonly AxisPad[] {
  const { shape } = context.input(0);
  const pads = toNumbers(context.constant(1));
  const axes = optionalNumbers(context, 3) ?? [...shape.keys()];
  normalizeAxes(context, axes, shape.length);
  if (pads.length !== 2 * axes.length)
    context.refuse('shape_mismatch', `needs ${2 * axes.length} pads, but got ${formatShape(pads)}`);
  return axes.map((axis, index) => ({
    axis: normalizeAxis(context, axis, shape.length),
    before: pads[index]!,
    after: pads[index + axes.length]!,
  }));
}

/** What was put around x goes back to where it came from: the fill value, or pixels of x. */
function padGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, node, needs } = context;
  const shapes = nodeContext(context);
  const pads = padsOf(shapes);
  const gradient = outputGradient(context);
  const inner = crop(builder, gradient, pads);
  const fill = () => subtract(builder, sumOfAll(builder, gradient), sumOfAll(builder, inner));
  const mode = shapes.string('mode', 'constant');
  const byX = () =>
    mode === 'constant'
      ? inner
      : pads.reduce(
          (folded, axisPad) => fold(builder, folded, axisPad, mode === 'reflect'),
          gradient,
        );
  return [needs(0) ? byX() : null, null, needs(2) ? fill() : null, null].slice(
    0,
    node.inputs.length,
  );
}

function crop(builder: Builder, x: Value, pads: readonly AxisPad[]): Value {
  return zeroPad(
    builder,
    x,
    pads.map(({ axis, before, after }) => ({ axis, before: -before, after: -after })),
  );
}

const sumOfAll = (builder: Builder, x: Value) => reduceSum(builder, x, { keepAxes: false });

/** Adds both borders along an axis to the pixels that they repeat. */
function fold(builder: Builder, x: Value, pad: AxisPad, mirrored: boolean): Value {
  const { axis, before, after } = pad;
  const inner = crop(builder, x, [pad]);
  const extent = countAlong(inner, [axis]);
  const onto = (border: Value, first: number) => {
    const width = countAlong(border, [axis]);
    return zeroPad(builder, border, [{ axis, before: first, after: extent - first - width }]);
  };
  const source = (border: Value) =>
    mirrored
      ? slice(builder, border, [{ axis, start: -1, step: -1 }])
      : reduceSum(builder, border, { axes: [axis] });
  const parts = [inner];
  if (before > 0)
    parts.push(
      onto(source(slice(builder, x, [{ axis, start: 0, end: before }])), mirrored ? 1 : 0),
    );
  if (after > 0) {
    const end = source(slice(builder, x, [{ axis, start: -after }]));
    parts.push(onto(end, mirrored ? extent - 1 - after : extent - 1));
  }
  return parts.reduce((sum, part) => add(builder, sum, part));
}

const tileOperator: OperatorDefinition = {
  op: 'Tile',
  arity: [2, 2],
  attributes: {},
  shape: (context) => {
    const { type, shape } = context.input(0);
    const repeats = toNumbers(context.constant(1));
    if (repeats.length !== shape.length || repeats.some((count) => count < 0))
      context.refuse(
        'shape_mismatch',
        `cannot repeat ${formatShape(shape)} ${formatShape(repeats)} times`,
      );
    return [
      { type, shape: shape.map((extent, axis) => multiplyByConstant(extent, repeats[axis]!)) },
    ];
  },
  gradient: unaryRule(tileGradient),
};

/** x laid out `repeats[axis]` times along each axis. */
export function tile(builder: Builder, x: Value, repeats: readonly number[]): Value {
  return builder.apply('Tile', [x, builder.constant(int64Vector(repeats))]);
}

/** Every copy lies along an axis of its own, and these are summed. */
function tileGradient(builder: Builder, { x, gradient, context }: UnaryParts): Value {
  const repeats = toNumbers(context.constant(1));
  const extents = concreteShape(x);
  const split = repeats.flatMap((count, axis) => [count, extents[axis]!]);
  const copies = repeats.map((_, axis) => 2 * axis);
  return reduceSum(builder, reshape(builder, gradient, split), { axes: copies, keepAxes: false });
}

export const paddingOperators: readonly OperatorDefinition[] = [padOperator, tileOperator];
