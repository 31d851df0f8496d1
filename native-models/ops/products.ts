import { attributes, float, int, type TensorType, type Value } from '../graph/graph.ts';
import type {
  Builder,
  ConcreteNode,
  GradientContext,
  OperatorDefinition,
  ShapeContext,
} from '../graph/operator.ts';
import { broadcast, formatShape, sameShape, type Shape } from '../graph/shape.ts';
import { add, multiply } from './arithmetic.ts';
import {
  product,
  commonType,
  expectRank,
  constantLike,
  nodeContext,
  outputGradient,
} from './rules.ts';
import { transpose, squeeze, unsqueeze } from './shapes.ts';

interface GemmOptions {
  /** Added to the product; broadcasts to [M, N]. */
  readonly c?: Value;
  readonly alpha?: number;
  readonly beta?: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

const gemmOperator: OperatorDefinition = {
  op: 'Gemm',
  arity: [2, 3],
  attributes: { alpha: 'float', beta: 'float', transA: 'int', transB: 'int' },
  shape: gemmShape,
  gradient: gemmGradient,
  flops: gemmFlops,
};

/** alpha · a b + beta · c of matrices a [M, K] and b [K, N], each transposed before if asked. */
export function gemm(builder: Builder, a: Value, b: Value, options: GemmOptions = {}): Value {
  const { c, alpha, beta, transposeA, transposeB } = options;
  return builder.apply(
    'Gemm',
    c === undefined ? [a, b] : [a, b, c],
    attributes({
      alpha: alpha === undefined ? undefined : float(alpha),
      beta: beta === undefined ? undefined : float(beta),
      transA: transposeA === true ? int(1) : undefined,
      transB: transposeB === true ? int(1) : undefined,
    }),
  );
}

function gemmShape(context: ShapeContext): readonly TensorType[] {
  const type = commonType(context);
  expectRank(context, 0, 2);
  expectRank(context, 1, 2);
  const a = context.input(0).shape;
  const b = context.input(1).shape;
  const [rows, inner] = context.int('transA', 0) === 0 ? a : [a[1], a[0]];
  const [depth, columns] = context.int('transB', 0) === 0 ? b : [b[1], b[0]];
  if (inner !== depth)
    context.refuse('shape_mismatch', `cannot multiply ${formatShape(a)} with ${formatShape(b)}`);
  const shape = [rows!, columns!];
  const addend = context.has(2) ? context.input(2).shape : [];
  const common = broadcast(shape, addend);
  if (common === null || !sameShape(common, shape))
    context.refuse(
      'shape_mismatch',
      `cannot add ${formatShape(addend)} to its product of ${formatShape(shape)}`,
    );
  return [{ type, shape }];
}

function gemmFlops({ inputs, outputs, attributes: { transA } }: ConcreteNode): number {
  const [rows, columns] = inputs[0]!;
  const inner = transA?.value === 1 ? rows! : columns!;
  return 2 * product(outputs[0]!) * inner;
}

/** Of alpha · a' b' + beta · c, where a' is a or its transpose. */
function gemmGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, needs } = context;
  const attributes = nodeContext(context);
  const [a, b] = [attributes.input(0), attributes.input(1)];
  const alpha = attributes.float('alpha', 1);
  const transA = attributes.int('transA', 0) === 1;
  const transB = attributes.int('transB', 0) === 1;
  const g = outputGradient(context);
  const byC = () => multiply(builder, g, constantLike(builder, g, attributes.float('beta', 1)));
  const byItself = a === b && transA !== transB;
  if (byItself && needs(0)) {
    const both = squareGradient(builder, a, g, { alpha, transposeA: transA });
    return [both, null, needs(2) ? byC() : null];
  }
  const byA = () =>
    transA
      ? gemm(builder, b, g, { alpha, transposeA: transB, transposeB: true })
      : gemm(builder, g, b, { alpha, transposeB: !transB });
  const byB = () =>
    transB
      ? gemm(builder, g, a, { alpha, transposeA: true, transposeB: transA })
      : gemm(builder, a, g, { alpha, transposeA: !transA });
  return [needs(0) ? byA() : null, needs(1) ? byB() : null, needs(2) ? byC() : null];
}

/** Of alpha · a aᵀ, or alpha · aᵀ a: alpha (g + gᵀ) a or its like, one product instead of two. */
function squareGradient(
  builder: Builder,
  a: Value,
  g: Value,
  { alpha, transposeA }: Required<Pick<GemmOptions, 'alpha' | 'transposeA'>>,
): Value {
  const both = add(builder, g, transpose(builder, g, [1, 0]));
  return transposeA ? gemm(builder, a, both, { alpha }) : gemm(builder, both, a, { alpha });
}

const matmulOperator: OperatorDefinition = {
  op: 'MatMul',
  arity: [2, 2],
  attributes: {},
  shape: matmulShape,
  gradient: matmulGradient,
  flops: matmulFlops,
};

/** Matrix product over the last two axes; the axes before them broadcast. */
export function matmul(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('MatMul', [a, b]);
}

function matmulShape(context: ShapeContext): readonly TensorType[] {
  const type = commonType(context);
  expectRank(context, 0, 1, Infinity);
  expectRank(context, 1, 1, Infinity);
  const a = context.input(0).shape;
  const b = context.input(1).shape;
  // A vector counts as a row on the left and as a column on the right; that axis is then dropped.
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const batch = broadcast(left.slice(0, -2), right.slice(0, -2));
  if (batch === null || left.at(-1) !== right.at(-2))
    return context.refuse(
      'shape_mismatch',
      `cannot multiply ${formatShape(a)} with ${formatShape(b)}`,
    );
  const rows: Shape = a.length === 1 ? [] : [left.at(-2)!];
  const columns: Shape = b.length === 1 ? [] : [right.at(-1)!];
  return [{ type, shape: [...batch, ...rows, ...columns] }];
}

function matmulFlops({ inputs, outputs }: ConcreteNode): number {
  return 2 * product(outputs[0]!) * inputs[0]!.at(-1)!;
}

/** ∂/∂a = g bᵀ and ∂/∂b = aᵀ g, a vector being a matrix of one row (a) or column (b). */
function matmulGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, needs } = context;
  const shapes = nodeContext(context);
  const [a, b] = [shapes.input(0), shapes.input(1)];
  const isRow = a.shape.length === 1;
  const isColumn = b.shape.length === 1;
  const left = isRow ? unsqueeze(builder, a, [0]) : a;
  const right = isColumn ? unsqueeze(builder, b, [1]) : b;
  const byColumns = isColumn
    ? unsqueeze(builder, outputGradient(context), [-1])
    : outputGradient(context);
  const gradient = isRow ? unsqueeze(builder, byColumns, [-2]) : byColumns;
  const byLeft = () => matmul(builder, gradient, transposeMatrix(builder, right));
  const byRight = () => matmul(builder, transposeMatrix(builder, left), gradient);
  return [
    needs(0) ? byLeft() : null,
    needs(1) ? (isColumn ? squeeze(builder, byRight(), [-1]) : byRight()) : null,
  ];
}

/** The last two axes exchanged. */
function transposeMatrix(builder: Builder, x: Value): Value {
  const axes = [...x.shape.keys()];
  const [rows, columns] = axes.splice(-2);
  return transpose(builder, x, [...axes, columns!, rows!]);
}

export const productOperators: readonly OperatorDefinition[] = [gemmOperator, matmulOperator];
