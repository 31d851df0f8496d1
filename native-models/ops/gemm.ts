import { attributes, float, int } from '../graph/attribute.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type {
  Builder,
  ConcreteNode,
  GradientContext,
  OperatorDefinition,
} from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { broadcast, formatShape, sameShape } from '../graph/shape.ts';
import { add } from './add.ts';
import { product } from './arithmetic.ts';
import { commonType, expectRank } from './elementwise.ts';
import { multiply } from './multiply.ts';
import { constantLike, nodeContext, outputGradient } from './rules.ts';
import { transpose } from './transpose.ts';

export interface GemmOptions {
  /** Added to the product; broadcasts to [M, N]. */
  readonly c?: Value;
  readonly alpha?: number;
  readonly beta?: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

export const gemmOperator: OperatorDefinition = {
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
