import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { broadcastInputs } from './elementwise.ts';
import { extremumRule } from './extremum.ts';

export const maximumOperator: OperatorDefinition = {
  op: 'Max',
  arity: [1, Infinity],
  attributes: {},
  shape: broadcastInputs,
  gradient: extremumRule,
};

/** The largest of all, element by element, with broadcasting. */
export function maximum(builder: Builder, values: readonly Value[]): Value {
  return builder.apply('Max', values);
}
