import { addConstant, type Dimension } from '../graph/dimension.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { int64Vector, toNumbers } from '../graph/tensor.ts';
import { countAlong, normalizeAxis, optionalNumbers } from './axes.ts';
import { reshapeTo } from './reshape.ts';
import { unaryRule, type UnaryParts } from './rules.ts';
import { unsqueeze } from './unsqueeze.ts';
import { zeroPad } from './zero-pad.ts';

/** One axis of a slice; negative positions count from the end, as in NumPy. */
export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  /** Exclusive; absent: to the end. */
  readonly end?: number;
  /** 1 by default; negative walks backwards. */
  readonly step?: number;
}

export const sliceOperator: OperatorDefinition = {
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
