import { int, string } from '../graph/attribute.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, GradientContext, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { formatShape, sameShape } from '../graph/shape.ts';
import { normalizeAxis } from './axes.ts';
import { expectType } from './elementwise.ts';
import { expand, repeatTo } from './expand.ts';
import { constantLike, nodeContext, outputGradient } from './rules.ts';

export const scatterElementsOperator: OperatorDefinition = {
  op: 'ScatterElements',
  arity: [3, 3],
  attributes: { axis: 'int', reduction: 'string' },
  shape: scatterElementsShape,
  gradient: scatterElementsGradient,
};

/**
 * Zeros of the given shape with every update added at its position along `axis`: indices (int64)
 * and updates have one shape, the other positions are the update's own.
 */
export function scatterAdd(
  builder: Builder,
  shape: readonly number[],
  indices: Value,
  updates: Value,
  axis: number,
): Value {
  const zeros = expand(builder, constantLike(builder, updates, 0), shape);
  return scatter(builder, zeros, indices, updates, axis, 'add');
}

function scatter(
  builder: Builder,
  x: Value,
  indices: Value,
  updates: Value,
  axis: number,
  reduction: 'none' | 'add',
): Value {
  return builder.apply('ScatterElements', [x, indices, updates], {
    axis: int(axis),
    reduction: string(reduction),
  });
}

function scatterElementsShape(context: ShapeContext): readonly TensorType[] {
  expectType(context, 1, ['int32', 'int64']);
  const [x, indices, updates] = [context.input(0), context.input(1), context.input(2)];
  expectType(context, 2, [x.type]);
  normalizeAxis(context, context.int('axis', 0), x.shape.length);
  if (!['none', 'add'].includes(context.string('reduction', 'none')))
    context.refuse('wrong_attribute', 'is supported without reduction and with add only');
  if (indices.shape.length !== x.shape.length || !sameShape(indices.shape, updates.shape))
    context.refuse(
      'shape_mismatch',
      `cannot put ${formatShape(updates.shape)} at ${formatShape(indices.shape)} of ${formatShape(x.shape)}`,
    );
  return [{ type: x.type, shape: x.shape }];
}

function scatterElementsGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, node, needs } = context;
  const attributes = nodeContext(context);
  const [, indices, updates] = node.inputs;
  const axis = attributes.int('axis', 0);
  const gradient = outputGradient(context);
  const adds = attributes.string('reduction', 'none') === 'add';
  const hidden = () => repeatTo(builder, constantLike(builder, updates!, 0), updates!);
  return [
    adds || !needs(0) ? gradient : scatter(builder, gradient, indices!, hidden(), axis, 'none'),
    null,
    needs(2) ? builder.apply('GatherElements', [gradient, indices!], { axis: int(axis) }) : null,
  ];
}
