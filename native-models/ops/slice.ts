import { addConstant, type Dimension } from '../graph/dimension.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { int64Vector, toNumbers } from '../graph/tensor.ts';
import { normaliseAxis, optionalNumbers } from './axes.ts';

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
  const starts = toNumbers(context.constant(1));
  const ends = toNumbers(context.constant(2));
  const axes = optionalNumbers(context, 3) ?? [...starts.keys()];
  const steps = optionalNumbers(context, 4) ?? starts.map(() => 1);
  if (new Set([starts, ends, axes, steps].map(({ length }) => length)).size > 1)
    context.refuse('shape_mismatch', 'needs as many starts as ends, axes and steps');
  const result = axes.reduce<readonly Dimension[]>((sliced, given, index) => {
    const axis = normaliseAxis(context, given, shape.length);
    const range = { axis, start: starts[index]!, end: ends[index]!, step: steps[index]! };
    return sliced.with(axis, slicedExtent(context, shape[axis]!, range));
  }, shape);
  return [{ type, shape: result }];
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
  const [least, most] = step > 0 ? [0, extent] : [-1, extent - 1];
  const clamp = (position: number) =>
    Math.min(Math.max(position < 0 ? position + extent : position, least), most);
  return Math.max(0, Math.ceil((clamp(end) - clamp(start)) / step));
}
