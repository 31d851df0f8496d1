import type { Attributes } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import { isConcrete } from '../graph/shape.ts';
import { tensor, toNumbers, type Tensor } from '../graph/tensor.ts';

/**
 * Exporters compute the shapes that they reshape to: Shape, Gather, Concat and so on, over a handful
 * of integers. Where these are known they are worked out while reading, so that a reshape finds a
 * constant.
 *
 * @param constantOf what a value is known to be; null where it depends on the inputs of the graph
 * @returns null where the node is no such computation, or something is not known
 */
export function foldShapes(
  op: string,
  inputs: readonly (Value | null)[],
  attributes: Attributes,
  constantOf: (value: Value) => Tensor | null,
): Tensor | null {
  const [x] = inputs;
  if (x === null || x === undefined) return null;
  if (op === 'Shape') {
    const { shape } = x;
    return isConcrete(shape) && Object.keys(attributes).length === 0 ? vector(shape) : null;
  }
  const known = inputs.map((value) => (value === null ? null : constantOf(value)));
  if (
    !known.every((value) => value !== null && value.type === 'int64' && value.data.length <= MOST)
  )
    return null;
  const values = known.map((value) => toNumbers(value!));
  return compute(op, known as readonly Tensor[], values, attributes);
}

/** More integers are no shape. */
const MOST = 64;

function compute(
  op: string,
  [x, ...others]: readonly Tensor[],
  [a, b, ...rest]: readonly (readonly number[])[],
  attributes: Attributes,
): Tensor | null {
  if (x === undefined || a === undefined) return null;
  const axis = attributes['axis']?.kind === 'int' ? attributes['axis'].value : 0;
  switch (op) {
    case 'Concat':
      return axis === 0 ? vector([a, b ?? [], ...rest].flat()) : null;
    case 'Gather': {
      if (b === undefined || axis !== 0 || x.shape.length !== 1) return null;
      const picked = b.map((index) => a.at(index));
      return picked.every((value) => value !== undefined)
        ? integers(others[0]!.shape, picked)
        : null;
    }
    case 'Unsqueeze':
      return x.shape.length === 0 ? integers([1], a) : null;
    case 'Squeeze':
      return a.length === 1 ? integers([], a) : null;
    case 'Slice': {
      const [starts, ends, axes = [0], steps = [1]] = [b, ...rest];
      const isPlain = x.shape.length === 1 && axes[0] === 0 && steps[0] === 1;
      return isPlain && starts?.length === 1 && ends?.length === 1
        ? vector(a.slice(starts[0], ends[0]))
        : null;
    }
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
      return b === undefined ? null : elementwise(op, x, a, others[0]!, b);
    default:
      return null;
  }
}

function elementwise(
  op: 'Add' | 'Sub' | 'Mul' | 'Div',
  x: Tensor,
  a: readonly number[],
  y: Tensor,
  b: readonly number[],
): Tensor | null {
  const [longer, shape] = a.length >= b.length ? [a, x.shape] : [b, y.shape];
  if (Math.min(a.length, b.length) !== 1 && a.length !== b.length) return null;
  const at = (values: readonly number[], i: number) => values[values.length === 1 ? 0 : i]!;
  return integers(
    shape,
    longer.map((_, i) => {
      const [left, right] = [at(a, i), at(b, i)];
      switch (op) {
        case 'Add':
          return left + right;
        case 'Sub':
          return left - right;
        case 'Mul':
          return left * right;
        case 'Div':
          return Math.trunc(left / right);
      }
    }),
  );
}

const vector = (values: readonly number[]): Tensor => integers([values.length], values);

const integers = (shape: readonly number[], values: readonly number[]): Tensor =>
  tensor('int64', shape, BigInt64Array.from(values, BigInt));
