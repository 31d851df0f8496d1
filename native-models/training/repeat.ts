import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';

/** Values of a builder by the names that they have in the graph that is repeated. */
export type Repeated = Map<string, Value>;

/** Repeats a node; its outputs get names that are free in the builder. */
export function repeatNode(builder: GraphBuilder, node: Node, values: Repeated): void {
  const inputs = node.inputs.map((value) => (value === null ? null : values.get(value.name)!));
  const count = node.outputs.length;
  const outputs = builder.applyAll(node.op, inputs, node.attributes, [], count);
  node.outputs.forEach(({ name }, index) => values.set(name, outputs[index]!));
}

/** Declares the inputs of a graph and those of its constants that its nodes use. */
export function repeatLeaves(builder: GraphBuilder, graph: Graph): Repeated {
  const values: Repeated = new Map();
  for (const { name, type, shape } of graph.inputs)
    values.set(name, builder.input(name, type, shape));
  for (const [name, tensor] of graph.constants) values.set(name, builder.constant(tensor, name));
  return values;
}
