import { GraphBuilder } from './builder.ts';
import { GraphError } from './errors.ts';
import type { Graph, Value } from './graph.ts';
import { inlineGraph } from './inline.ts';
import type { OperatorRegistry } from './operator.ts';
import { isConcrete, type Shape } from './shape.ts';

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
