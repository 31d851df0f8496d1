import { float } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { expectPerChannel } from './channels.ts';
import { commonType, expectRank, sameAsInput } from './elementwise.ts';

export const instanceNormalizationOperator: OperatorDefinition = {
  op: 'InstanceNormalization',
  arity: [3, 3],
  attributes: { epsilon: 'float' },
  shape: (context) => {
    commonType(context);
    expectRank(context, 0, 3, Infinity);
    for (const input of [1, 2]) expectPerChannel(context, input);
    return sameAsInput(context);
  },
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
