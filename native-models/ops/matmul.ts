import type { TensorType, Value } from '../graph/graph.ts';
import type {
  Builder,
  ConcreteNode,
  GradientContext,
  OperatorDefinition,
} from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { broadcast, formatShape, type Shape } from '../graph/shape.ts';
import { product } from './arithmetic.ts';
import { commonType, expectRank } from './elementwise.ts';
import { nodeContext, outputGradient } from './rules.ts';
import { squeeze } from './squeeze.ts';
import { transpose } from './transpose.ts';
import { unsqueeze } from './unsqueeze.ts';

export const matmulOperator: OperatorDefinition = {
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
