import { peakActivationBytes } from '../../graph/activation-memory.ts';
import type { Graph } from '../../graph/graph.ts';
import { bytesPerElement } from '../../graph/tensor.ts';
import { countFlops } from '../../ops/flops.ts';
import { operators } from '../../ops/registry.ts';

/** What a graph of known sizes asks of the machine. */
export interface GraphWork {
  /** Floating-point operations of one run. */
  readonly flops: number;
  /** Inputs and computed values that exist at once, at most. */
  readonly activationBytes: number;
  readonly constantBytes: number;
}

/** Throws `unknown_dimension` where a size is open. */
export function workOf(graph: Graph): GraphWork {
  let constantBytes = 0;
  for (const { type, data } of graph.constants.values())
    constantBytes += data.length * bytesPerElement[type];
  return {
    flops: countFlops(graph, operators),
    activationBytes: peakActivationBytes(graph),
    constantBytes,
  };
}
