import { multiplyDimensions, type Dimension } from './dimension.ts';

/** Extents from the outermost (batch) to the innermost axis; [] is a scalar. */
export type Shape = readonly Dimension[];

export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** Number of elements; an expression where a dimension is symbolic. */
export function elementCount(shape: Shape): Dimension {
  return multiplyDimensions(shape);
}

/** No dimension is symbolic. */
export function isConcrete(shape: Shape): shape is readonly number[] {
  return shape.every((dimension) => typeof dimension === 'number');
}

/**
 * The common shape under NumPy's rule (axes aligned at the end, extent 1 repeats), or null where
 * there is none. A symbol goes with itself and with 1 only: anything else could fail at run time.
 */
export function broadcast(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const shape: Dimension[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return null;
    shape.push(left === 1 ? right : left);
  }
  return shape;
}
