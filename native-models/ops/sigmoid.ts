import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';

export const sigmoidOperator: OperatorDefinition = unaryOperator('Sigmoid');

/** 1 / (1 + exp(−x)). */
export function sigmoid(builder: Builder, x: Value): Value {
  return builder.apply('Sigmoid', [x]);
}
