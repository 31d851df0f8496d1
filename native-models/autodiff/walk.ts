import type { Node, Value } from '../graph/graph.ts';
import type { Builder, OperatorRegistry } from '../graph/operator.ts';

export interface Walk {
  readonly builder: Builder;
  readonly operators: OperatorRegistry;
  /** In order of computation. */
  readonly nodes: readonly Node[];
  readonly variables: readonly Value[];
  /** ∂loss/∂value by name of value, where the walk starts. */
  readonly seeds: ReadonlyMap<string, Value>;
}
