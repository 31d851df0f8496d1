import { GraphBuilder } from './builder.ts';
import { GraphError } from './errors.ts';
import type { Graph, Value } from './graph.ts';
import type { OperatorRegistry } from './operator.ts';
import { isConcrete, type Shape } from './shape.ts';

/**
 * The same graph with symbols of its inputs replaced by numbers, all shapes inferred anew.
 * Symbols that are not named stay. Throws `shape_mismatch` where an operator refuses the sizes.
 */
export function specialise(
  graph: Graph,
  operators: OperatorRegistry,
  sizes: Readonly<Record<string, number>>,
): Graph {
  const builder = new GraphBuilder(graph.name, operators);
  const values = new Map<string, Value>();
  for (const { name, type, shape } of graph.inputs)
    values.set(name, builder.input(name, type, substitute(shape, sizes)));
  for (const [name, tensor] of graph.constants) values.set(name, builder.constant(tensor, name));
  const find = (value: Value): Value => values.get(value.name) ?? missing(value.name);
  for (const { op, inputs, outputs, attributes } of graph.nodes) {
    const names = outputs.map(({ name }) => name);
    const operands = inputs.map((value) => (value === null ? null : find(value)));
    for (const value of builder.applyAll(op, operands, attributes, names))
      values.set(value.name, value);
  }
  return builder.build(Object.fromEntries(graph.outputs.map((value) => [value.name, find(value)])));
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

function missing(name: string): never {
  throw new GraphError('foreign_value', `The value ${name} is used before it is computed.`);
}
