import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';
import { multiply } from './multiply.ts';
import { unaryRule } from './rules.ts';
import { subtract } from './subtract.ts';

export const sigmoidOperator: OperatorDefinition = unaryOperator(
  'Sigmoid',
  unaryRule((b, { y, gradient }) => multiply(b, gradient, subtract(b, y, multiply(b, y, y)))),
);

/** 1 / (1 + exp(−x)). */
export function sigmoid(builder: Builder, x: Value): Value {
  return builder.apply('Sigmoid', [x]);
}
