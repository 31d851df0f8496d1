import { attributes, int, type TensorType, type Value } from '../graph/graph.ts';
import type { Builder, GradientRule, OperatorDefinition, ShapeContext } from '../graph/operator.ts';
import { int64Vector } from '../graph/tensor.ts';
import {
  normalizeAxes,
  optionalNumbers,
  unaryRule,
  countAlong,
  constantLike,
  type UnaryParts,
} from './rules.ts';
import { reshapeTo, repeatTo } from './shapes.ts';
import { divide, multiply, isExtremum } from './arithmetic.ts';
import { greater, where } from './comparisons.ts';

interface ReductionOptions {
  /** Over all axes by default. */
  readonly axes?: readonly number[];
  /** Reduced axes stay with extent 1 (default) or vanish. */
  readonly keepAxes?: boolean;
}

/** The definition of an operator that folds axes into one value each. */
function reductionOperator(op: string, gradient: ReductionRule): OperatorDefinition {
  return {
    op,
    arity: [1, 2],
    attributes: { keepdims: 'int', noop_with_empty_axes: 'int' },
    shape: reductionShape,
    gradient: reductionRule(gradient),
  };
}

export function reduce(builder: Builder, op: string, x: Value, options: ReductionOptions): Value {
  const { axes, keepAxes } = options;
  return builder.apply(
    op,
    axes === undefined ? [x] : [x, builder.constant(int64Vector(axes))],
    attributes({ keepdims: keepAxes === false ? int(0) : undefined }),
  );
}

/** What a reduction's rule works with; y and its gradient keep the reduced axes with extent 1. */
type ReductionParts = Omit<UnaryParts, 'context'> & { readonly axes: readonly number[] };

/** ∂loss/∂x, or what broadcasts to it. */
type ReductionRule = (builder: Builder, parts: ReductionParts) => Value;

function reductionRule(rule: ReductionRule): GradientRule {
  return unaryRule((builder, { x, y, gradient, context }) => {
    const axes = reducedAxes(context);
    const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
    const result = rule(builder, {
      x,
      y: reshapeTo(builder, y, kept),
      gradient: reshapeTo(builder, gradient, kept),
      axes,
    });
    return repeatTo(builder, result, x);
  });
}

function reductionShape(context: ShapeContext): readonly TensorType[] {
  const { type, shape } = context.input(0);
  const axes = reducedAxes(context);
  const reduced = (axis: number) => axes.includes(axis);
  if (context.int('keepdims', 1) === 0)
    return [{ type, shape: shape.filter((_, axis) => !reduced(axis)) }];
  return [{ type, shape: shape.map((extent, axis) => (reduced(axis) ? 1 : extent)) }];
}

function reducedAxes(context: ShapeContext): readonly number[] {
  const { shape } = context.input(0);
  const given = optionalNumbers(context, 1) ?? [];
  if (given.length > 0) return normalizeAxes(context, given, shape.length);
  return context.int('noop_with_empty_axes', 0) === 1 ? [] : [...shape.keys()];
}

const reduceSumOperator: OperatorDefinition = reductionOperator(
  'ReduceSum',
  (_, { gradient }) => gradient,
);

/** Sum over axes. */
export function reduceSum(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceSum', x, options);
}

const reduceMeanOperator: OperatorDefinition = reductionOperator(
  'ReduceMean',
  (b, { x, gradient, axes }) => divide(b, gradient, constantLike(b, x, countAlong(x, axes))),
);

/** Mean over axes. */
export function reduceMean(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceMean', x, options);
}

const reduceSumSquareOperator: OperatorDefinition = reductionOperator(
  'ReduceSumSquare',
  (b, { x, gradient }) => multiply(b, x, multiply(b, gradient, constantLike(b, x, 2))),
);

/** Sum of squares over axes. */
export function reduceSumSquare(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceSumSquare', x, options);
}

const reduceL2Operator: OperatorDefinition = reductionOperator(
  'ReduceL2',
  // Of all slopes at the tip of the cone, zero is the one in its middle.
  (b, { x, y, gradient }) => {
    const zero = constantLike(b, x, 0);
    const slope = where(b, greater(b, y, zero), divide(b, gradient, y), zero);
    return multiply(b, x, slope);
  },
);

/** Euclidean norm over axes. */
export function reduceL2(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceL2', x, options);
}

/** Of the largest or smallest along axes: elements that are equal share the gradient. */
export function reducedExtremumRule(
  builder: Builder,
  { x, y, gradient, axes }: ReductionParts,
): Value {
  const winners = isExtremum(builder, x, y);
  const count = reduceSum(builder, winners, { axes });
  return multiply(builder, winners, divide(builder, gradient, count));
}

const reduceMaxOperator: OperatorDefinition = reductionOperator('ReduceMax', reducedExtremumRule);

/** Largest value over axes. */
export function reduceMax(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceMax', x, options);
}

const reduceMinOperator: OperatorDefinition = reductionOperator('ReduceMin', reducedExtremumRule);

/** Smallest value over axes. */
export function reduceMin(builder: Builder, x: Value, options: ReductionOptions = {}): Value {
  return reduce(builder, 'ReduceMin', x, options);
}

export const reductionOperators: readonly OperatorDefinition[] = [
  reduceSumOperator,
  reduceMeanOperator,
  reduceSumSquareOperator,
  reduceL2Operator,
  reduceMaxOperator,
  reduceMinOperator,
];
