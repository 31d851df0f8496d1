import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { int64Vector, toNumbers } from '../graph/tensor.ts';
import { readOnnx } from '../onnx/read.ts';
import { writeOnnx } from '../onnx/write.ts';
import { operators } from '../ops/registry.ts';

/**
 * The same network for any number of pictures. A file that was exported for exactly one says so in
 * its input, [1, …], and in the constants of its reshapes; all other shapes are inferred anew.
 *
 * @throws GraphError where an operator refuses an open batch
 */
export function freeBatch(onnx: Uint8Array): Uint8Array {
  // A copy, because the writer's buffer may be part of a larger one.
  return new Uint8Array(writeOnnx(withOpenBatch(readOnnx(onnx, operators))));
}

function withOpenBatch(graph: Graph): Graph {
  const builder = new GraphBuilder(graph.name, operators);
  const values = new Map<string, Value>();
  for (const { name, type, shape } of graph.inputs)
    values.set(name, builder.input(name, type, ['batch', ...shape.slice(1)]));
  for (const [name, tensor] of graph.constants) values.set(name, builder.constant(tensor, name));
  for (const node of graph.nodes) {
    const operands = node.inputs.map((value) => value && values.get(value.name)!);
    if (node.op === 'Reshape') operands[1] = keepingBatch(builder, graph, node);
    const names = node.outputs.map(({ name }) => name);
    for (const value of builder.applyAll(node.op, operands, node.attributes, names))
      values.set(value.name, value);
  }
  const outputs = graph.outputs.map(({ name }) => [name, values.get(name)!] as const);
  return builder.build(Object.fromEntries(outputs));
}

/** The target shape of a reshape with its leading 1 as a 0, which keeps the extent of the input. */
function keepingBatch(builder: GraphBuilder, graph: Graph, { inputs }: Node): Value {
  const [first, ...rest] = toNumbers(graph.constants.get(inputs[1]!.name)!);
  return builder.constant(int64Vector([first === 1 ? 0 : first!, ...rest]));
}
