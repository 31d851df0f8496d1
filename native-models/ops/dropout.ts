import type { OperatorDefinition } from '../graph/operator.ts';
import { sameAsInput } from './elementwise.ts';
import { unaryRule } from './rules.ts';

/** In inference, which is all that is supported, a copy; networks of others carry it. */
export const dropoutOperator: OperatorDefinition = {
  op: 'Dropout',
  arity: [1, 2],
  attributes: { ratio: 'float', seed: 'int' },
  shape: sameAsInput,
  gradient: unaryRule((_, { gradient }) => gradient),
};
