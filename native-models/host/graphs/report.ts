import type { GraphReport } from '../../../contract/graph-commands.ts';
import { peakActivationBytes, printGraph } from '../../graph/print.ts';
import { parameterCount, type Graph, type Value } from '../../graph/graph.ts';
import { countFlops } from '../../ops/flops.ts';
import { operators } from '../../ops/registry.ts';

/** A graph in words and numbers; what depends on open dimensions stays uncounted. */
export function reportOn(graph: Graph): Omit<GraphReport, 'assumed'> {
  const open = openDimensions(graph);
  const counted = open.length === 0;
  return {
    name: graph.name,
    text: printGraph(graph),
    inputs: graph.inputs.map(summaryOf),
    outputs: graph.outputs.map(summaryOf),
    nodes: graph.nodes.length,
    parameters: parameterCount(graph),
    openDimensions: open,
    flops: counted ? countFlops(graph, operators) : null,
    activationBytes: counted ? peakActivationBytes(graph) : null,
  };
}

/** The symbols of the inputs, each once; all other dimensions follow from them. */
export function openDimensions({ inputs }: Graph): string[] {
  const symbols = inputs.flatMap(({ shape }) =>
    shape.filter((extent) => typeof extent === 'string'),
  );
  return [...new Set(symbols)];
}

const summaryOf = ({ name, type, shape }: Value) => ({ name, type, shape: [...shape] });
