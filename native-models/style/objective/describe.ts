import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph } from '../../graph/graph.ts';
import { float32 } from '../../graph/tensor.ts';
import { operators } from '../../ops/registry.ts';
import { openGraph } from '../../runtime/graphs.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { encode, type StyleEncoder } from '../encoder.ts';
import { gramMatrix } from '../losses/gram.ts';
import type { Picture, Size } from '../picture.ts';
import { IMAGE } from './names.ts';

/** The activation of one layer for a whole picture, [1, C, H, W]. */
export async function activationOf(
  runtime: Runtime,
  encoder: StyleEncoder,
  picture: Picture,
  layer: string,
): Promise<Float32Array> {
  const graph = describingGraph(encoder, picture, (_, layers) => ({ [layer]: layers.get(layer)! }));
  return (await runOnce(runtime, graph, picture)).get(layer)!;
}

/** The Gram matrices of a whole picture, by layer. */
export async function gramsOf(
  runtime: Runtime,
  encoder: StyleEncoder,
  picture: Picture,
  layers: readonly string[],
): Promise<ReadonlyMap<string, Float32Array>> {
  const graph = describingGraph(encoder, picture, (builder, all) =>
    Object.fromEntries(
      layers.map((layer) => [`gram_${layer}`, gramMatrix(builder, all.get(layer)!)]),
    ),
  );
  const grams = await runOnce(runtime, graph, picture);
  return new Map(layers.map((layer) => [layer, grams.get(`gram_${layer}`)!]));
}

type Description = (
  builder: GraphBuilder,
  layers: ReturnType<typeof encode>,
) => Parameters<GraphBuilder['build']>[0];

function describingGraph(encoder: StyleEncoder, { width, height }: Size, describe: Description) {
  const builder = new GraphBuilder('description', operators);
  const image = builder.input(IMAGE, 'float32', [1, 3, height, width]);
  return builder.build(describe(builder, encode(builder, encoder, image)));
}

async function runOnce(
  runtime: Runtime,
  graph: Graph,
  { width, height, data }: Picture,
): Promise<ReadonlyMap<string, Float32Array>> {
  const session = await openGraph(runtime, graph);
  try {
    const outputs = await session.run({ [IMAGE]: float32([1, 3, height, width], data) });
    return new Map(
      Object.entries(outputs).map(([name, { data: values }]) => [name, values as Float32Array]),
    );
  } finally {
    await session.dispose();
  }
}
