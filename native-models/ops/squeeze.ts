import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { formatShape } from '../graph/shape.ts';
import { int64Vector } from '../graph/tensor.ts';
import { normalizeAxes, optionalNumbers } from './axes.ts';
import { reshapeTo } from './reshape.ts';
import { unaryRule } from './rules.ts';

export const squeezeOperator: OperatorDefinition = {
  op: 'Squeeze',
  arity: [1, 2],
  attributes: {},
  shape: (context) => {
    const { type, shape } = context.input(0);
    const ones = [...shape.keys()].filter((axis) => shape[axis] === 1);
    const axes = normalizeAxes(context, optionalNumbers(context, 1) ?? ones, shape.length);
    const thick = axes.find((axis) => shape[axis] !== 1);
    if (thick !== undefined)
      context.refuse(
        'shape_mismatch',
        `cannot drop axis ${thick} of ${formatShape(shape)}, which is not 1`,
      );
    return [{ type, shape: shape.filter((_, axis) => !axes.includes(axis)) }];
  },
  gradient: unaryRule((b, { x, gradient }) => reshapeTo(b, gradient, x.shape)),
};

/** Without the given axes, which must have extent 1. */
export function squeeze(builder: Builder, x: Value, axes: readonly number[]): Value {
  return builder.apply('Squeeze', [x, builder.constant(int64Vector(axes))]);
}
