import { int } from '../graph/attribute.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, GradientContext, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { formatShape } from '../graph/shape.ts';
import { concreteShape } from '../graph/specialize.ts';
import { normalizeAxis } from './axes.ts';
import { expectType } from './elementwise.ts';
import { nodeContext, outputGradient } from './rules.ts';
import { scatterAdd } from './scatter-elements.ts';

export const gatherElementsOperator: OperatorDefinition = {
  op: 'GatherElements',
  arity: [2, 2],
  attributes: { axis: 'int' },
  shape: gatherElementsShape,
  gradient: gatherElementsGradient,
};

/** Entries of x whose position along `axis` stands in `indices`; the other positions are their own. */
export function gatherElements(builder: Builder, x: Value, indices: Value, axis: number): Value {
  return builder.apply('GatherElements', [x, indices], { axis: int(axis) });
}

function gatherElementsShape(context: ShapeContext): readonly TensorType[] {
  expectType(context, 1, ['int32', 'int64']);
  const [x, indices] = [context.input(0), context.input(1)];
  normalizeAxis(context, context.int('axis', 0), x.shape.length);
  if (indices.shape.length !== x.shape.length)
    context.refuse(
      'shape_mismatch',
      `cannot take ${formatShape(indices.shape)} out of ${formatShape(x.shape)}`,
    );
  return [{ type: x.type, shape: indices.shape }];
}

function gatherElementsGradient(context: GradientContext): readonly (Value | null)[] {
  const shapes = nodeContext(context);
  const extents = concreteShape(shapes.input(0));
  const axis = shapes.int('axis', 0);
  const gradient = outputGradient(context);
  return [scatterAdd(context.builder, extents, shapes.input(1), gradient, axis), null];
}
