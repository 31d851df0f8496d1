import { int } from '../graph/attribute.ts';
import { multiplyDimensions } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { reshapeTo } from './reshape.ts';
import { unaryRule } from './rules.ts';

export const flattenOperator: OperatorDefinition = {
  op: 'Flatten',
  arity: [1, 1],
  attributes: { axis: 'int' },
  shape: (context) => {
    const { type, shape } = context.input(0);
    const axis = context.int('axis', 1);
    if (axis < -shape.length || axis > shape.length)
      context.refuse('shape_mismatch', `has axis ${axis}, but its input has ${shape.length} axes`);
    const rows = multiplyDimensions(shape.slice(0, axis));
    const columns = multiplyDimensions(shape.slice(axis < 0 ? shape.length + axis : axis));
    return [{ type, shape: [rows, columns] }];
  },
  gradient: unaryRule((b, { x, gradient }) => reshapeTo(b, gradient, x.shape)),
};

/** A matrix: the axes before `axis` become the rows, the others the columns. */
export function flatten(builder: Builder, x: Value, axis = 1): Value {
  return builder.apply('Flatten', [x], { axis: int(axis) });
}
