import { attributes, float, int, type Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import {
  sameAsInput,
  constantLike,
  unaryRule,
  unaryOperator,
  commonType,
  binaryRule,
  alongAxis,
} from './rules.ts';
import { greater, less, and, where } from './comparisons.ts';
import { multiply, add, subtract, exp } from './arithmetic.ts';
import { broadcast, formatShape, sameShape } from '../graph/shape.ts';
import { reduceSum } from './reductions.ts';

const hardSigmoidOperator: OperatorDefinition = {
  op: 'HardSigmoid',
  arity: [1, 1],
  attributes: { alpha: 'float', beta: 'float' },
  shape: sameAsInput,
  gradient: unaryRule((b, { y, gradient, context }) => {
    const zero = constantLike(b, y, 0);
    const rising = and(b, greater(b, y, zero), less(b, y, constantLike(b, y, 1)));
    const slope = constantLike(b, y, context.float('alpha', 0.2));
    return where(b, rising, multiply(b, gradient, slope), zero);
  }),
};

/** alpha · x + beta, cut to 0…1. */
export function hardSigmoid(builder: Builder, x: Value, alpha: number, beta: number): Value {
  return builder.apply('HardSigmoid', [x], attributes({ alpha: float(alpha), beta: float(beta) }));
}

const reluOperator: OperatorDefinition = unaryOperator(
  'Relu',
  unaryRule((b, { y, gradient }) => {
    if (y.type === 'float32') return multiply(b, gradient, isPositive(b, y));
    const zero = constantLike(b, y, 0);
    return where(b, greater(b, y, zero), gradient, zero);
  }),
);

/**
 * 1 where y = max(x, 0) is positive, else 0: y times 2¹²⁷, cut to 1. ONNX Runtime computes this
 * without leaving the layout in which it convolves; a comparison costs a tenth of a painting's step.
 */
const isPositive = (builder: Builder, y: Value): Value => hardSigmoid(builder, y, 2 ** 127, 0);

/** max(x, 0). */
export function relu(builder: Builder, x: Value): Value {
  return builder.apply('Relu', [x]);
}

const leakyReluOperator: OperatorDefinition = {
  op: 'LeakyRelu',
  arity: [1, 1],
  attributes: { alpha: 'float' },
  shape: sameAsInput,
  gradient: unaryRule((b, { x, gradient, context }) => {
    const slope = constantLike(b, x, context.float('alpha', 0.01));
    const positive = greater(b, x, constantLike(b, x, 0));
    return where(b, positive, gradient, multiply(b, gradient, slope));
  }),
};

/** x where positive, else alpha · x. */
export function leakyRelu(builder: Builder, x: Value, alpha: number): Value {
  return builder.apply('LeakyRelu', [x], { alpha: float(alpha) });
}

const preluOperator: OperatorDefinition = {
  op: 'PRelu',
  arity: [2, 2],
  attributes: {},
  shape: (context) => {
    const { shape } = context.input(0);
    const slope = context.input(1).shape;
    const common = broadcast(shape, slope);
    if (common === null || !sameShape(common, shape))
      context.refuse(
        'shape_mismatch',
        `cannot broadcast its slope ${formatShape(slope)} to ${formatShape(shape)}`,
      );
    return [{ type: commonType(context), shape }];
  },
  gradient: binaryRule(
    (builder, { a: x, b: slope, gradient }) =>
      where(builder, positive(builder, x), gradient, multiply(builder, gradient, slope)),
    (builder, { a: x, gradient }) => {
      const zero = constantLike(builder, x, 0);
      return where(builder, positive(builder, x), zero, multiply(builder, gradient, x));
    },
  ),
};

/** x where positive, else slope · x; the slope broadcasts to x. */
export function prelu(builder: Builder, x: Value, slope: Value): Value {
  return builder.apply('PRelu', [x, slope]);
}

function positive(builder: Builder, x: Value): Value {
  return greater(builder, x, constantLike(builder, x, 0));
}

const eluOperator: OperatorDefinition = {
  op: 'Elu',
  arity: [1, 1],
  attributes: { alpha: 'float' },
  shape: sameAsInput,
  // Below zero dy/dx = alpha · exp(x) = y + alpha.
  gradient: unaryRule((b, { x, y, gradient, context }) => {
    const shifted = add(b, y, constantLike(b, x, context.float('alpha', 1)));
    const positive = greater(b, x, constantLike(b, x, 0));
    return where(b, positive, gradient, multiply(b, gradient, shifted));
  }),
};

/** x where positive, else alpha · (exp(x) − 1). */
export function elu(builder: Builder, x: Value, alpha: number): Value {
  return builder.apply('Elu', [x], { alpha: float(alpha) });
}

const sigmoidOperator: OperatorDefinition = unaryOperator(
  'Sigmoid',
  unaryRule((b, { y, gradient }) => multiply(b, gradient, subtract(b, y, multiply(b, y, y)))),
);

/** 1 / (1 + exp(−x)). */
export function sigmoid(builder: Builder, x: Value): Value {
  return builder.apply('Sigmoid', [x]);
}

const tanhOperator: OperatorDefinition = unaryOperator(
  'Tanh',
  unaryRule((b, { y, gradient }) =>
    multiply(b, gradient, subtract(b, constantLike(b, y, 1), multiply(b, y, y))),
  ),
);

/** Hyperbolic tangent. */
export function tanh(builder: Builder, x: Value): Value {
  return builder.apply('Tanh', [x]);
}

const softmaxOperator: OperatorDefinition = {
  op: 'Softmax',
  arity: [1, 1],
  attributes: { axis: 'int' },
  shape: alongAxis,
  // y · (g − Σ g y)
  gradient: unaryRule((b, { y, gradient, context }) => {
    const weighted = multiply(b, gradient, y);
    const mean = reduceSum(b, weighted, { axes: [context.int('axis', -1)] });
    return multiply(b, y, subtract(b, gradient, mean));
  }),
};

/** exp(x) / Σ exp(x) along an axis. */
export function softmax(builder: Builder, x: Value, axis = -1): Value {
  return builder.apply('Softmax', [x], { axis: int(axis) });
}

const logSoftmaxOperator: OperatorDefinition = {
  op: 'LogSoftmax',
  arity: [1, 1],
  attributes: { axis: 'int' },
  shape: alongAxis,
  // g − exp(y) · Σ g
  gradient: unaryRule((b, { y, gradient, context }) => {
    const total = reduceSum(b, gradient, { axes: [context.int('axis', -1)] });
    return subtract(b, gradient, multiply(b, exp(b, y), total));
  }),
};

/** In inference, which is all that is supported, a copy; networks of others carry it. */
const dropoutOperator: OperatorDefinition = {
  op: 'Dropout',
  arity: [1, 2],
  attributes: { ratio: 'float', seed: 'int' },
  shape: sameAsInput,
  gradient: unaryRule((_, { gradient }) => gradient),
};

export const activationOperators: readonly OperatorDefinition[] = [
  hardSigmoidOperator,
  reluOperator,
  leakyReluOperator,
  preluOperator,
  eluOperator,
  sigmoidOperator,
  tanhOperator,
  softmaxOperator,
  logSoftmaxOperator,
  dropoutOperator,
];
