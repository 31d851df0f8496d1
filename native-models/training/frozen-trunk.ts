import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import type { OperatorRegistry } from '../graph/operator.ts';
import { repeatNode, type Repeated } from './repeat.ts';

/** A network cut where its trained part begins. */
export interface CutNetwork {
  /** From the picture to what the trained part reads; null where that is the picture itself. */
  readonly trunk: Graph | null;
  /** From what the trunk gives to the outputs; its inputs have the names of the trunk's outputs. */
  readonly crown: Graph;
}

/**
 * Parts what no trained constant takes part in from the rest. While the rest is trained, what the
 * trunk says of a picture stays the same and need not be computed twice.
 */
export function cutAtFrozen(
  model: Graph,
  trained: readonly string[],
  operators: OperatorRegistry,
): CutNetwork {
  const moving = new Set(trained);
  for (const { inputs, outputs } of model.nodes)
    if (inputs.some((value) => value !== null && moving.has(value.name)))
      for (const { name } of outputs) moving.add(name);
  const crownNodes = model.nodes.filter(({ outputs }) => moving.has(outputs[0]!.name));
  const boundary = boundaryOf(model, crownNodes, moving);
  const pictures = new Set(model.inputs.map(({ name }) => name));
  const whole = boundary.every(({ name }) => pictures.has(name));
  const crown = repeatPart(model, boundary, crownNodes, model.outputs, operators);
  if (whole) return { trunk: null, crown };
  const trunkNodes = model.nodes.filter(({ outputs }) => !moving.has(outputs[0]!.name));
  return { trunk: repeatPart(model, model.inputs, trunkNodes, boundary, operators), crown };
}

/** Values that the crown takes from outside and that are no constants, each once. */
function boundaryOf(
  { constants, outputs }: Graph,
  crown: readonly Node[],
  moving: ReadonlySet<string>,
): readonly Value[] {
  const read = [...crown.flatMap(({ inputs }) => inputs), ...outputs];
  const outside = read.filter(
    (value): value is Value =>
      value !== null && !moving.has(value.name) && !constants.has(value.name),
  );
  return [...new Map(outside.map((value) => [value.name, value])).values()];
}

function repeatPart(
  model: Graph,
  inputs: readonly Value[],
  nodes: readonly Node[],
  outputs: readonly Value[],
  operators: OperatorRegistry,
): Graph {
  const builder = new GraphBuilder(model.name, operators);
  const values: Repeated = new Map();
  for (const { name, type, shape } of inputs) values.set(name, builder.input(name, type, shape));
  for (const [name, constant] of model.constants)
    values.set(name, builder.constant(constant, name));
  for (const node of nodes) repeatNode(builder, node, values);
  return builder.build(Object.fromEntries(outputs.map(({ name }) => [name, values.get(name)!])));
}
