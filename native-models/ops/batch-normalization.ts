import { float } from '../graph/attribute.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { commonType, expectRank, sameAsInput } from './elementwise.ts';
import { expectPerChannel } from './channels.ts';

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
