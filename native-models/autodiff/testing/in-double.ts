import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph } from '../../graph/graph.ts';
import { inlineGraph } from '../../graph/rewrite.ts';
import type { OperatorRegistry } from '../../graph/operator.ts';
import { tensor, type Tensor } from '../../graph/tensor.ts';

/** The same graph on float64 inputs and constants. */
export function inDouble(graph: Graph, operators: OperatorRegistry): Graph {
  const builder = new GraphBuilder(graph.name, operators);
  const inputs = Object.fromEntries(
    graph.inputs.map(({ name, type, shape }) => [
      name,
      builder.input(name, type === 'float32' ? 'float64' : type, shape),
    ]),
  );
  const constants = new Map([...graph.constants].map(([name, value]) => [name, toDouble(value)]));
  const { values } = inlineGraph(builder, { ...graph, constants }, { inputs });
  return builder.build(
    Object.fromEntries(graph.outputs.map(({ name }) => [name, values.get(name)!])),
  );
}

export function toDouble(value: Tensor): Tensor {
  if (value.type !== 'float32') return value;
  return tensor('float64', value.shape, Float64Array.from(value.data));
}
