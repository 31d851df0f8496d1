/**
 * One extent of a tensor: a number, or an expression over symbols such as `batch` or
 * `(height-3)//2+1` (`//` rounds down). Two symbolic dimensions are equal if they read the same.
 */
export type Dimension = number | string;

/** dimension + offset. */
export function addConstant(dimension: Dimension, offset: number): Dimension {
  if (typeof dimension === 'number') return dimension + offset;
  const { base, constant } = splitConstant(dimension);
  const sum = constant + offset;
  if (sum === 0) return base;
  return sum > 0 ? `${base}+${sum}` : `${base}${sum}`;
}

/** left + right. */
export function addDimensions(left: Dimension, right: Dimension): Dimension {
  if (typeof right === 'number') return addConstant(left, right);
  if (typeof left === 'number') return addConstant(right, left);
  return `${left}+${right}`;
}

/** dimension · factor. */
export function multiplyByConstant(dimension: Dimension, factor: number): Dimension {
  if (typeof dimension === 'number') return dimension * factor;
  if (factor === 1) return dimension;
  return factor === 0 ? 0 : `${atom(dimension)}*${factor}`;
}

/** ⌊dimension / divisor⌋. */
export function divideRoundingDown(dimension: Dimension, divisor: number): Dimension {
  if (typeof dimension === 'number') return Math.floor(dimension / divisor);
  return divisor === 1 ? dimension : `${atom(dimension)}//${divisor}`;
}

/** ⌈dimension / divisor⌉. */
export function divideRoundingUp(dimension: Dimension, divisor: number): Dimension {
  return divideRoundingDown(addConstant(dimension, divisor - 1), divisor);
}

/** Product of all; symbols are sorted, so that equal products read the same. */
export function multiplyDimensions(dimensions: readonly Dimension[]): Dimension {
  const constant = dimensions.reduce<number>((p, d) => (typeof d === 'number' ? p * d : p), 1);
  const symbols = dimensions.filter((d) => typeof d === 'string').map(atom);
  if (symbols.length === 0 || constant === 0) return constant;
  const product = symbols.sort().join('*');
  return constant === 1 ? product : `${product}*${constant}`;
}

/** A term at the end, but not a factor such as that of `batch*-1`. */
const CONSTANT_TERM = /^(.*[\w)])([+-]\d+)$/;

function splitConstant(expression: string): { base: string; constant: number } {
  const match = CONSTANT_TERM.exec(expression);
  if (match?.[1] === undefined || match[2] === undefined) return { base: expression, constant: 0 };
  return { base: match[1], constant: Number(match[2]) };
}

function atom(expression: string): string {
  return /^\w+$/.test(expression) ? expression : `(${expression})`;
}

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
