import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { scalar } from '../graph/tensor.ts';
import { commonType, sameAsInput } from './elementwise.ts';

export const clipOperator: OperatorDefinition = {
  op: 'Clip',
  arity: [1, 3],
  attributes: {},
  shape: (context) => {
    commonType(context);
    return sameAsInput(context);
  },
};

/** x limited to [least, most] (float32). */
export function clip(builder: Builder, x: Value, least: number, most: number): Value {
  return builder.apply('Clip', [
    x,
    builder.constant(scalar(least)),
    builder.constant(scalar(most)),
  ]);
}
