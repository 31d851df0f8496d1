import type { Graph } from '../graph/graph.ts';
import type { OperatorRegistry } from '../graph/operator.ts';
import { concreteShape, specialize } from '../graph/rewrite.ts';

/**
 * Floating-point operations of one run, 2 per multiply-accumulate of convolutions and matrix
 * products; everything else is not counted. `sizes` gives the symbols of the inputs, e.g.
 * `{ batch: 8 }`. Throws `unknown_dimension` where one is missing.
 */
export function countFlops(
  graph: Graph,
  operators: OperatorRegistry,
  sizes: Readonly<Record<string, number>> = {},
): number {
  let total = 0;
  for (const { op, inputs, outputs, attributes } of specialize(graph, operators, sizes).nodes) {
    const { flops } = operators.get(op);
    if (flops === undefined) continue;
    total += flops({
      inputs: inputs.map((value) => (value === null ? [] : concreteShape(value))),
      outputs: outputs.map(concreteShape),
      attributes,
    });
  }
  return total;
}
