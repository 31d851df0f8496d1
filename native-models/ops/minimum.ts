import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { broadcastInputs } from './elementwise.ts';
import { extremumRule } from './extremum.ts';

export const minimumOperator: OperatorDefinition = {
  op: 'Min',
  arity: [1, Infinity],
  attributes: {},
  shape: broadcastInputs,
  gradient: extremumRule,
};

/** The smallest of all, element by element, with broadcasting. */
export function minimum(builder: Builder, values: readonly Value[]): Value {
  return builder.apply('Min', values);
}
