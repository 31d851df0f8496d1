import { int } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder } from '../graph/operator.ts';
import type { Shape } from '../graph/shape.ts';
import { int64Vector } from '../graph/tensor.ts';

/** Sums a gradient over the axes along which a value of `shape` was repeated. */
export function undoBroadcast(builder: Builder, gradient: Value, shape: Shape): Value {
  const added = gradient.shape.length - shape.length;
  const leading = Array.from({ length: Math.max(added, 0) }, (_, axis) => axis);
  const aligned = sum(builder, gradient, leading, false);
  const repeated = [...shape.keys()].filter(
    (axis) => shape[axis] === 1 && aligned.shape[axis] !== 1,
  );
  return sum(builder, aligned, repeated, true);
}

function sum(builder: Builder, x: Value, axes: readonly number[], keepAxes: boolean): Value {
  if (axes.length === 0) return x;
  return builder.apply('ReduceSum', [x, builder.constant(int64Vector(axes))], {
    keepdims: int(keepAxes ? 1 : 0),
  });
}
