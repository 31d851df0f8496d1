import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { isConcrete } from '../graph/shape.ts';
import { float32 } from '../graph/tensor.ts';
import {
  blockedConv,
  reorderInput,
  reorderOutput,
  withBlockedLayout,
} from '../ops/blocked-layout.ts';
import { openGraph, withGraph, type Runtime } from './runtime.ts';
import type { OrtSession } from './session.ts';

/**
 * The same graph, its two-dimensional convolutions with computed kernels in the layout that the
 * runtime gives those with constant ones. Convolutions whose channels do not fill blocks stay.
 */
export function inBlockedLayout(graph: Graph, block: number): Graph {
  const builder = new GraphBuilder(graph.name, withBlockedLayout);
  const values = new Map<string, Value>();
  for (const { name, type, shape } of graph.inputs)
    values.set(name, builder.input(name, type, shape));
  for (const [name, tensor] of graph.constants) values.set(name, builder.constant(tensor, name));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((value) => (value === null ? null : values.get(value.name)!));
    const fits = node.op === 'Conv' && !graph.constants.has(node.inputs[1]!.name);
    const outputs =
      fits && fillsBlocks(node, block)
        ? [convolved(builder, inputs, node, block)]
        : builder.applyAll(node.op, inputs, node.attributes, [], node.outputs.length);
    node.outputs.forEach(({ name }, index) => values.set(name, outputs[index]!));
  }
  return builder.build(
    Object.fromEntries(graph.outputs.map(({ name }) => [name, values.get(name)!])),
  );
}

function fillsBlocks({ inputs, attributes }: Node, block: number): boolean {
  const { shape } = inputs[1]!;
  const group = attributes['group'];
  return (
    isConcrete(shape) &&
    shape.length === 4 &&
    shape[0]! % block === 0 &&
    shape[1]! % block === 0 &&
    (group?.kind !== 'int' || group.value === 1)
  );
}

function convolved(
  builder: GraphBuilder,
  [x, w, bias = null]: readonly (Value | null)[],
  { attributes }: Node,
  block: number,
): Value {
  const blocked = reorderInput(builder, x!);
  return reorderOutput(builder, blockedConv(builder, [blocked, w!, bias], attributes, block));
}

/** A session of the graph, its convolutions in the runtime's own layout where there is one. */
export async function openInBlockedLayout(runtime: Runtime, graph: Graph): Promise<OrtSession> {
  const block = await channelsOfBlock(runtime);
  return openGraph(runtime, block === null ? graph : inBlockedLayout(graph, block));
}

/** More channels than any block has. */
const CHANNELS = 64;

/** How many channels form a block on this machine; null where the runtime has no such layout. */
export async function channelsOfBlock(runtime: Runtime): Promise<number | null> {
  if (runtime.provider !== 'cpu') return null;
  const builder = new GraphBuilder('probe', withBlockedLayout);
  const x = builder.input('x', 'float32', [1, CHANNELS, 1, 2]);
  try {
    const graph = builder.build({ y: reorderInput(builder, x) });
    const numbered = Float32Array.from({ length: 2 * CHANNELS }, (_, index) => index);
    const feeds = { x: float32([1, CHANNELS, 1, 2], numbered) };
    const { y } = await withGraph(runtime, graph, (session) => session.run(feeds));
    // The second pixel of the first channel comes after the first pixels of all channels of a block.
    const block = (y!.data as Float32Array).indexOf(1);
    return block > 1 ? block : null;
  } catch {
    return null;
  }
}
