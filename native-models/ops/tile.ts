import { multiplyByConstant } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { formatShape } from '../graph/shape.ts';
import { concreteShape } from '../graph/specialize.ts';
import { int64Vector, toNumbers } from '../graph/tensor.ts';
import { reduceSum } from './reduce-sum.ts';
import { reshape } from './reshape.ts';
import { unaryRule, type UnaryParts } from './rules.ts';

export const tileOperator: OperatorDefinition = {
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
