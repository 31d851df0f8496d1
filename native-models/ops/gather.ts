import { int } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, GradientContext, OperatorDefinition } from '../graph/operator.ts';
import { normalizeAxis } from './axes.ts';
import { expectType } from './elementwise.ts';
import { countAlong } from './axes.ts';
import { expand } from './expand.ts';
import { reshape } from './reshape.ts';
import { nodeContext, outputGradient } from './rules.ts';
import { scatterAdd } from './scatter-elements.ts';
import { concreteShape } from '../graph/specialize.ts';

export const gatherOperator: OperatorDefinition = {
  op: 'Gather',
  arity: [2, 2],
  attributes: { axis: 'int' },
  shape: (context) => {
    expectType(context, 1, ['int32', 'int64']);
    const { type, shape } = context.input(0);
    const axis = normalizeAxis(context, context.int('axis', 0), shape.length);
    return [{ type, shape: shape.toSpliced(axis, 1, ...context.input(1).shape) }];
  },
  gradient: gatherGradient,
};

/** Entries of x along an axis, in the order of `indices`, whose shape replaces that axis. */
export function gather(builder: Builder, x: Value, indices: Value, axis: number): Value {
  return builder.apply('Gather', [x, indices], { axis: int(axis) });
}

/** Every entry's gradient is added to where it was taken from. */
function gatherGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder } = context;
  const shapes = nodeContext(context);
  const [x, indices] = [shapes.input(0), shapes.input(1)];
  const extents = concreteShape(x);
  const axis = normalizeAxis(shapes, shapes.int('axis', 0), extents.length);
  const count = countAlong(indices, [...indices.shape.keys()]);
  const taken = extents.with(axis, count);
  const alongAxis = extents.map((_, at) => (at === axis ? count : 1));
  const where = expand(builder, reshape(builder, indices, alongAxis), taken);
  const gradient = reshape(builder, outputGradient(context), taken);
  return [scatterAdd(builder, extents, where, gradient, axis), null];
}
