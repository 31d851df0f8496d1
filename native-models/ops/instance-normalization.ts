import { float } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, GradientContext, OperatorDefinition } from '../graph/operator.ts';
import { expectPerChannel } from './channels.ts';
import { commonType, expectRank, sameAsInput } from './elementwise.ts';
import { biasGradient } from './conv-gradient.ts';
import { multiply } from './multiply.ts';
import { perChannel, standardize, standardizeGradient } from './normalization.ts';
import { nodeContext, outputGradient } from './rules.ts';

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
