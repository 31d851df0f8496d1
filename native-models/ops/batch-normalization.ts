import { float } from '../graph/attribute.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, GradientContext, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { commonType, expectRank, sameAsInput } from './elementwise.ts';
import { expectPerChannel } from './channels.ts';
import { add } from './add.ts';
import { biasGradient } from './conv-gradient.ts';
import { divide } from './divide.ts';
import { multiply } from './multiply.ts';
import { negate } from './negate.ts';
import { perChannel, standardize } from './normalization.ts';
import { constantLike, nodeContext, outputGradient } from './rules.ts';
import { sqrt } from './sqrt.ts';
import { subtract } from './subtract.ts';

/** All of shape [C]. */
export interface BatchStatistics {
  readonly scale: Value;
  readonly bias: Value;
  readonly mean: Value;
  readonly variance: Value;
}

export const batchNormalizationOperator: OperatorDefinition = {
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

export interface TrainedBatch {
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
