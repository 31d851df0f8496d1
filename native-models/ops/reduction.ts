import { attributes, int } from '../graph/attribute.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { int64Vector } from '../graph/tensor.ts';
import { normaliseAxes, optionalNumbers } from './axes.ts';

export interface ReductionOptions {
  /** Over all axes by default. */
  readonly axes?: readonly number[];
  /** Reduced axes stay with extent 1 (default) or vanish. */
  readonly keepAxes?: boolean;
}

/** The definition of an operator that folds axes into one value each. */
export function reductionOperator(op: string): OperatorDefinition {
  return {
    op,
    arity: [1, 2],
    attributes: { keepdims: 'int', noop_with_empty_axes: 'int' },
    shape: reductionShape,
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

function reductionShape(context: ShapeContext): readonly TensorType[] {
  const { type, shape } = context.input(0);
  const given = optionalNumbers(context, 1) ?? [];
  if (given.length === 0 && context.int('noop_with_empty_axes', 0) === 1) return [{ type, shape }];
  const axes = given.length === 0 ? [...shape.keys()] : normaliseAxes(context, given, shape.length);
  const reduced = (axis: number) => axes.includes(axis);
  if (context.int('keepdims', 1) === 0)
    return [{ type, shape: shape.filter((_, axis) => !reduced(axis)) }];
  return [{ type, shape: shape.map((extent, axis) => (reduced(axis) ? 1 : extent)) }];
}
