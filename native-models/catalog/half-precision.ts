import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { fromHalves, toHalves, float32, tensor, type Tensor } from '../graph/tensor.ts';
import { cast } from '../ops/arithmetic.ts';
import { operators } from '../ops/registry.ts';
import { repeatNode, type Repeated } from '../graph/rewrite.ts';

/** Smaller constants cost nothing and keep their precision. */
const LARGE = 1024;

/**
 * The same graph with its large constants in half precision, turned back into float32 where they
 * are used: half the file, the same arithmetic. The runtime does the turning once, on loading.
 */
export function inHalfPrecision(graph: Graph): Graph {
  const builder = new GraphBuilder(graph.name, operators);
  const values: Repeated = new Map();
  for (const { name, type, shape } of graph.inputs)
    values.set(name, builder.input(name, type, shape));
  for (const [name, constant] of graph.constants) {
    const large = constant.type === 'float32' && constant.data.length >= LARGE;
    values.set(
      name,
      large
        ? cast(builder, builder.constant(halved(constant), name), 'float32')
        : builder.constant(constant, name),
    );
  }
  for (const node of graph.nodes) repeatNode(builder, node, values);
  return builder.build(
    Object.fromEntries(graph.outputs.map(({ name }) => [name, values.get(name)!])),
  );
}

/** Undoes `inHalfPrecision`, so that constants can be trained: each again float32, by its name. */
export function inFullPrecision(graph: Graph): Graph {
  const stored = new Map<string, string>();
  for (const { op, inputs, outputs } of graph.nodes)
    if (op === 'Cast' && graph.constants.get(inputs[0]!.name)?.type === 'float16')
      stored.set(outputs[0]!.name, inputs[0]!.name);
  if (stored.size === 0) return graph;
  const builder = new GraphBuilder(graph.name, operators);
  const values: Repeated = new Map();
  for (const { name, type, shape } of graph.inputs)
    values.set(name, builder.input(name, type, shape));
  for (const [name, constant] of graph.constants)
    values.set(name, builder.constant(widened(constant), name));
  for (const [output, constant] of stored) values.set(output, values.get(constant)!);
  for (const node of graph.nodes)
    if (!stored.has(node.outputs[0]!.name)) repeatNode(builder, node, values);
  return builder.build(
    Object.fromEntries(graph.outputs.map(({ name }) => [name, values.get(name)!])),
  );
}

const halved = ({ shape, data }: Tensor): Tensor =>
  tensor('float16', shape, toHalves(data as Float32Array));

const widened = (constant: Tensor): Tensor =>
  constant.type === 'float16' ? float32(constant.shape, fromHalves(constant.data)) : constant;
