import { float } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { sameAsInput } from './elementwise.ts';

export const leakyReluOperator: OperatorDefinition = {
  op: 'LeakyRelu',
  arity: [1, 1],
  attributes: { alpha: 'float' },
  shape: sameAsInput,
};

/** x where positive, else alpha · x. */
export function leakyRelu(builder: Builder, x: Value, alpha: number): Value {
  return builder.apply('LeakyRelu', [x], { alpha: float(alpha) });
}
