import { float } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { sameAsInput } from './elementwise.ts';

export const eluOperator: OperatorDefinition = {
  op: 'Elu',
  arity: [1, 1],
  attributes: { alpha: 'float' },
  shape: sameAsInput,
};

/** x where positive, else alpha · (exp(x) − 1). */
export function elu(builder: Builder, x: Value, alpha: number): Value {
  return builder.apply('Elu', [x], { alpha: float(alpha) });
}
