import { GraphBuilder } from './builder.ts';
import { GraphError } from './errors.ts';
import type { Graph, Node, Value } from './graph.ts';
import type { OperatorRegistry } from './operator.ts';
import { isConcrete, type Shape } from './shape.ts';

interface InlineOptions {
  /** Values of the builder that take the place of inputs, by input name; others become inputs. */
  readonly inputs?: Readonly<Record<string, Value>>;
  /** Put before every name, so that a graph can be repeated more than once. */
  readonly prefix?: string;
}

/** A graph as it stands inside a builder. */
export interface Inlined {
  /** By the names of the graph, without the prefix. */
  readonly values: ReadonlyMap<string, Value>;
  readonly nodes: readonly Node[];
}

/**
 * Repeats a graph inside a builder, with all shapes inferred anew. Throws what the builder throws
 * where an input's stand-in does not fit, and `duplicate_name` where a name is taken.
 */
export function inlineGraph(
  builder: GraphBuilder,
  graph: Graph,
  { inputs = {}, prefix = '' }: InlineOptions = {},
): Inlined {
  const values = new Map<string, Value>();
  for (const { name, type, shape } of graph.inputs)
    values.set(name, inputs[name] ?? builder.input(prefix + name, type, shape));
  for (const [name, tensor] of graph.constants)
    values.set(name, builder.constant(tensor, prefix + name));
  const nodes = graph.nodes.map((node) => inlineNode(builder, node, values, prefix));
  return { values, nodes };
}

function inlineNode(
  builder: GraphBuilder,
  node: Node,
  values: Map<string, Value>,
  prefix: string,
): Node {
  const inputs = node.inputs.map((value) => (value === null ? null : find(values, value.name)));
  const names = node.outputs.map(({ name }) => prefix + name);
  const outputs = builder.applyAll(node.op, inputs, node.attributes, names);
  node.outputs.forEach(({ name }, index) => values.set(name, outputs[index]!));
  return { ...node, inputs, outputs };
}

function find(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value !== undefined) return value;
  throw new GraphError('foreign_value', `The value ${name} is used before it is computed.`);
}

/**
 * The same graph with symbols of its inputs replaced by numbers, all shapes inferred anew.
 * Symbols that are not named stay. Throws `shape_mismatch` where an operator refuses the sizes.
 */
export function specialize(
  graph: Graph,
  operators: OperatorRegistry,
  sizes: Readonly<Record<string, number>>,
): Graph {
  const builder = new GraphBuilder(graph.name, operators);
  const inputs = graph.inputs.map(
    ({ name, type, shape }) => [name, builder.input(name, type, substitute(shape, sizes))] as const,
  );
  const { values } = inlineGraph(builder, graph, { inputs: Object.fromEntries(inputs) });
  return builder.build(
    Object.fromEntries(graph.outputs.map(({ name }) => [name, values.get(name)!])),
  );
}

/** The shape as numbers. Throws `unknown_dimension` where a symbol is left. */
export function concreteShape({ name, shape }: Value): readonly number[] {
  if (isConcrete(shape)) return shape;
  const symbols = shape.filter((dimension) => typeof dimension === 'string').join(', ');
  throw new GraphError('unknown_dimension', `${name} has the open dimensions ${symbols}.`);
}

function substitute(shape: Shape, sizes: Readonly<Record<string, number>>): Shape {
  return shape.map((dimension) =>
    typeof dimension === 'string' ? (sizes[dimension] ?? dimension) : dimension,
  );
}

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
