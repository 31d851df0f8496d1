import { attributes, int } from '../graph/attribute.ts';
import { GraphError } from '../graph/errors.ts';
import { multiplyDimensions, type Dimension } from '../graph/dimension.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { elementCount, formatShape, sameShape, type Shape } from '../graph/shape.ts';
import { int64Vector, toNumbers } from '../graph/tensor.ts';
import { product } from './arithmetic.ts';
import { unaryRule } from './rules.ts';

export const reshapeOperator: OperatorDefinition = {
  op: 'Reshape',
  arity: [2, 2],
  attributes: { allowzero: 'int' },
  shape: reshapeShape,
  gradient: unaryRule((b, { x, gradient }) => reshapeTo(b, gradient, x.shape)),
};

/** The same elements in another shape; 0 keeps an extent, one −1 takes what is left. */
export function reshape(builder: Builder, x: Value, shape: readonly number[]): Value {
  return builder.apply('Reshape', [x, builder.constant(int64Vector(shape))]);
}

/**
 * As `reshape`, to a shape of which one dimension may be open. Throws `unknown_dimension` where
 * more are.
 */
export function reshapeTo(builder: Builder, x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const open = shape.filter((extent) => typeof extent === 'string');
  if (open.length > 1)
    throw new GraphError(
      'unknown_dimension',
      `${x.name} cannot be given the shape ${formatShape(shape)}: more than one dimension is open.`,
    );
  const wanted = shape.map((extent) => (typeof extent === 'string' ? -1 : extent));
  // Without the attribute an extent of 0 would stand for the input's own.
  const allowzero = wanted.includes(0) ? int(1) : undefined;
  const target = builder.constant(int64Vector(wanted));
  return builder.apply('Reshape', [x, target], attributes({ allowzero }));
}

function reshapeShape(context: ShapeContext): readonly TensorType[] {
  const { type, shape } = context.input(0);
  const wanted = wantedShape(context, shape);
  const result = fillIn(shape, wanted);
  if (result === null || elementCount(result) !== elementCount(shape))
    return context.refuse(
      'shape_mismatch',
      `cannot turn ${formatShape(shape)} into ${formatShape(wanted)}`,
    );
  return [{ type, shape: result }];
}

/** The second input with kept extents filled in. */
function wantedShape(context: ShapeContext, shape: Shape): Shape {
  const keepsZero = context.int('allowzero', 0) === 1;
  return toNumbers(context.constant(1)).map((extent, axis) => {
    if (extent !== 0 || keepsZero) return extent;
    return (
      shape[axis] ??
      context.refuse('shape_mismatch', `cannot keep axis ${axis} of ${formatShape(shape)}`)
    );
  });
}

/** Replaces −1 by what is left of the input's extents, or null where nothing fits. */
function fillIn(shape: Shape, wanted: Shape): Shape | null {
  const open = wanted.indexOf(-1);
  if (open === -1) return wanted;
  const left = [...shape];
  const divisors: number[] = [];
  for (const extent of wanted.toSpliced(open, 1)) {
    const position = left.indexOf(extent);
    if (position !== -1) left.splice(position, 1);
    else if (typeof extent === 'number' && extent > 0) divisors.push(extent);
    else return null;
  }
  const rest = divideExtents(left, product(divisors));
  return rest === null ? null : wanted.with(open, rest);
}

/** The product of the extents divided by a number, null where that leaves a remainder. */
function divideExtents(extents: Shape, divisor: number): Dimension | null {
  const constant = product(extents.filter((extent) => typeof extent === 'number'));
  if (constant % divisor !== 0) return null;
  const symbols = extents.filter((extent) => typeof extent === 'string');
  return multiplyDimensions([...symbols, constant / divisor]);
}
