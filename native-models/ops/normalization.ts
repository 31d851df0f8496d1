import { float, type Value, type TensorType } from '../graph/graph.ts';
import type {
  Builder,
  GradientContext,
  OperatorDefinition,
  ShapeContext,
} from '../graph/operator.ts';
import { add, divide, multiply, sqrt, subtract, negate, abs, sign } from './arithmetic.ts';
import { reduceMean, reduceL2, reduceSum } from './reductions.ts';
import { reshape } from './shapes.ts';
import {
  constantLike,
  commonType,
  expectRank,
  sameAsInput,
  expectPerChannel,
  nodeContext,
  outputGradient,
  alongAxis,
  unaryRule,
  type UnaryParts,
} from './rules.ts';
import { biasGradient } from './convolution.ts';

/** x with mean 0 and variance 1 along axes, and what that took. */
interface Standardized {
  readonly mean: Value;
  readonly variance: Value;
  /** √(variance + epsilon) */
  readonly deviation: Value;
  readonly values: Value;
}

export function standardize(
  builder: Builder,
  x: Value,
  axes: readonly number[],
  epsilon: number,
): Standardized {
  const mean = reduceMean(builder, x, { axes });
  const centered = subtract(builder, x, mean);
  const variance = reduceMean(builder, multiply(builder, centered, centered), { axes });
  const deviation = sqrt(builder, add(builder, variance, constantLike(builder, x, epsilon)));
  return { mean, variance, deviation, values: divide(builder, centered, deviation) };
}

/** ∂loss/∂x from ∂loss/∂values: (g − mean g − values · mean(g · values)) / deviation. */
function standardizeGradient(
  builder: Builder,
  { deviation, values }: Standardized,
  gradient: Value,
  axes: readonly number[],
): Value {
  const shift = reduceMean(builder, gradient, { axes });
  const stretch = reduceMean(builder, multiply(builder, gradient, values), { axes });
  const rest = subtract(builder, gradient, shift);
  return divide(builder, subtract(builder, rest, multiply(builder, values, stretch)), deviation);
}

/** [C] as [C, 1, …], which broadcasts to [N, C, …]. */
export function perChannel(builder: Builder, parameter: Value, rank: number): Value {
  return reshape(builder, parameter, [-1, ...Array.from({ length: rank - 2 }, () => 1)]);
}

/** All of shape [C]. */
interface BatchStatistics {
  readonly scale: Value;
  readonly bias: Value;
  readonly mean: Value;
  readonly variance: Value;
}

const batchNormalizationOperator: OperatorDefinition = {
  op: 'BatchNormalization',
  arity: [5, 5],
  attributes: { epsilon: 'float', momentum: 'float', training_mode: 'int' },
  shape: batchNormalizationShape,
  gradient: batchNormalizationGradient,
};

/** scale · (x − mean) / √(variance + epsilon) + bias per channel of [N, C, …], with fixed statistics. */
export function batchNormalization(
  builder: Builder,
  x: Value,
  { scale, bias, mean, variance }: BatchStatistics,
  epsilon: number,
): Value {
  return builder.apply('BatchNormalization', [x, scale, bias, mean, variance], {
    epsilon: float(epsilon),
  });
}

function batchNormalizationShape(context: ShapeContext): readonly TensorType[] {
  commonType(context);
  expectRank(context, 0, 2, Infinity);
  if (context.int('training_mode', 0) !== 0)
    context.refuse('wrong_attribute', 'is supported with fixed statistics only');
  for (const input of [1, 2, 3, 4]) expectPerChannel(context, input);
  return sameAsInput(context);
}

interface TrainedBatch {
  readonly y: Value;
  /** Of this batch, [1, C, 1, …]; an exponential average over steps is what inference uses. */
  readonly mean: Value;
  readonly variance: Value;
}

/**
 * The training form: statistics of the batch itself. Built from elementary operators, because
 * runtimes for inference have no kernel of it; differentiating these gives its gradient.
 */
export function batchNormalizationTraining(
  builder: Builder,
  x: Value,
  { scale, bias }: Pick<BatchStatistics, 'scale' | 'bias'>,
  epsilon: number,
): TrainedBatch {
  const rank = x.shape.length;
  const axes = [...x.shape.keys()].filter((axis) => axis !== 1);
  const { mean, variance, values } = standardize(builder, x, axes, epsilon);
  const scaled = multiply(builder, values, perChannel(builder, scale, rank));
  return { y: add(builder, scaled, perChannel(builder, bias, rank)), mean, variance };
}

function batchNormalizationGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, needs } = context;
  const parts = nodeContext(context);
  const x = parts.input(0);
  const [scale, mean, variance] = [1, 3, 4].map((index) =>
    perChannel(builder, parts.input(index), x.shape.length),
  ) as [Value, Value, Value];
  const epsilon = constantLike(builder, x, parts.float('epsilon', 1e-5));
  const deviation = sqrt(builder, add(builder, variance, epsilon));
  const gradient = outputGradient(context);
  const byX = multiply(builder, gradient, divide(builder, scale, deviation));
  const values = divide(builder, subtract(builder, x, mean), deviation);
  const sum = (value: Value) => biasGradient(builder, value);
  // ∂y/∂variance = −½ · scale · values / deviation²
  const byVariance = () => {
    const rate = divide(builder, multiply(builder, byX, values), deviation);
    return multiply(builder, sum(rate), constantLike(builder, x, -0.5));
  };
  return [
    needs(0) ? byX : null,
    needs(1) ? sum(multiply(builder, gradient, values)) : null,
    needs(2) ? sum(gradient) : null,
    needs(3) ? negate(builder, sum(byX)) : null,
    needs(4) ? byVariance() : null,
  ];
}

const instanceNormalizationOperator: OperatorDefinition = {
  op: 'InstanceNormalization',
  arity: [3, 3],
  attributes: { epsilon: 'float' },
  shape: (context) => {
    commonType(context);
    expectRank(context, 0, 3, Infinity);
    for (const input of [1, 2]) expectPerChannel(context, input);
    return sameAsInput(context);
  },
  gradient: instanceNormalizationGradient,
};

/** Each channel of each picture of [N, C, …] to mean 0 and variance 1, then scale [C] and bias [C]. */
export function instanceNormalization(
  builder: Builder,
  x: Value,
  scale: Value,
  bias: Value,
  epsilon: number,
): Value {
  return builder.apply('InstanceNormalization', [x, scale, bias], { epsilon: float(epsilon) });
}

function instanceNormalizationGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, needs } = context;
  const parts = nodeContext(context);
  const [x, scale] = [parts.input(0), parts.input(1)];
  const gradient = outputGradient(context);
  const axes = [...x.shape.keys()].slice(2);
  const standardized = standardize(builder, x, axes, parts.float('epsilon', 1e-5));
  const byX = () => {
    const scaled = multiply(builder, gradient, perChannel(builder, scale, x.shape.length));
    return standardizeGradient(builder, standardized, scaled, axes);
  };
  const byScale = () => biasGradient(builder, multiply(builder, gradient, standardized.values));
  return [
    needs(0) ? byX() : null,
    needs(1) ? byScale() : null,
    needs(2) ? biasGradient(builder, gradient) : null,
  ];
}

const lpNormalizationOperator: OperatorDefinition = {
  op: 'LpNormalization',
  arity: [1, 1],
  attributes: { axis: 'int', p: 'int' },
  shape: alongAxis,
  gradient: unaryRule(lpNormalizationGradient),
};

/** (g − d Σ g y) / ‖x‖ with d = ∂‖x‖/∂x, which is y for the Euclidean norm and sign x for p = 1. */
function lpNormalizationGradient(builder: Builder, parts: UnaryParts): Value {
  const { x, y, gradient, context } = parts;
  const along = { axes: [context.int('axis', -1)] };
  const euclidean = context.int('p', 2) === 2;
  const norm = euclidean ? reduceL2(builder, x, along) : reduceSum(builder, abs(builder, x), along);
  const slope = euclidean ? y : sign(builder, x);
  const common = reduceSum(builder, multiply(builder, gradient, y), along);
  const rest = subtract(builder, gradient, multiply(builder, slope, common));
  return divide(builder, rest, norm);
}

export const normalizationOperators: readonly OperatorDefinition[] = [
  batchNormalizationOperator,
  instanceNormalizationOperator,
  lpNormalizationOperator,
];
