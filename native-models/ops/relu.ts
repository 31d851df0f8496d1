import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { unaryOperator } from './elementwise.ts';
import { greater } from './greater.ts';
import { hardSigmoid } from './hard-sigmoid.ts';
import { multiply } from './multiply.ts';
import { constantLike, unaryRule } from './rules.ts';
import { where } from './where.ts';

export const reluOperator: OperatorDefinition = unaryOperator(
  'Relu',
  unaryRule((b, { y, gradient }) => {
    if (y.type === 'float32') return multiply(b, gradient, isPositive(b, y));
    const zero = constantLike(b, y, 0);
    return where(b, greater(b, y, zero), gradient, zero);
  }),
);

/**
 * 1 where y = max(x, 0) is positive, else 0: y times 2¹²⁷, cut to 1. ONNX Runtime computes this
 * without leaving the layout in which it convolves; a comparison costs a tenth of a painting's step.
 */
const isPositive = (builder: Builder, y: Value): Value => hardSigmoid(builder, y, 2 ** 127, 0);

/** max(x, 0). */
export function relu(builder: Builder, x: Value): Value {
  return builder.apply('Relu', [x]);
}
