import { multiplyByConstant } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { formatShape } from '../graph/shape.ts';
import { int64Vector, toNumbers } from '../graph/tensor.ts';

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
};

/** x laid out `repeats[axis]` times along each axis. */
export function tile(builder: Builder, x: Value, repeats: readonly number[]): Value {
  return builder.apply('Tile', [x, builder.constant(int64Vector(repeats))]);
}
