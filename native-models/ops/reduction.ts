import { attributes, int } from '../graph/attribute.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, GradientRule, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { int64Vector } from '../graph/tensor.ts';
import { normalizeAxes, optionalNumbers } from './axes.ts';
import { reshapeTo } from './reshape.ts';
import { repeatTo } from './expand.ts';
import { unaryRule, type UnaryParts } from './rules.ts';

export interface ReductionOptions {
  /** Over all axes by default. */
  readonly axes?: readonly number[];
  /** Reduced axes stay with extent 1 (default) or vanish. */
  readonly keepAxes?: boolean;
}

/** The definition of an operator that folds axes into one value each. */
export function reductionOperator(op: string, gradient: ReductionRule): OperatorDefinition {
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
export type ReductionParts = Omit<UnaryParts, 'context'> & { readonly axes: readonly number[] };

/** ∂loss/∂x, or what broadcasts to it. */
export type ReductionRule = (builder: Builder, parts: ReductionParts) => Value;

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
