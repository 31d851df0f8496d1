import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { int64Vector, toNumbers } from '../graph/tensor.ts';
import { normalizeAxes } from './axes.ts';
import { reshapeTo } from './reshape.ts';
import { unaryRule } from './rules.ts';

export const unsqueezeOperator: OperatorDefinition = {
  op: 'Unsqueeze',
  arity: [2, 2],
  attributes: {},
  shape: (context) => {
    const { type, shape } = context.input(0);
    const added = toNumbers(context.constant(1));
    const axes = normalizeAxes(context, added, shape.length + added.length);
    const result = axes.reduce((grown, axis) => grown.toSpliced(axis, 0, 1), [...shape]);
    return [{ type, shape: result }];
  },
  gradient: unaryRule((b, { x, gradient }) => reshapeTo(b, gradient, x.shape)),
};

/** With axes of extent 1 at the given places of the output. */
export function unsqueeze(builder: Builder, x: Value, axes: readonly number[]): Value {
  return builder.apply('Unsqueeze', [x, builder.constant(int64Vector(axes))]);
}
