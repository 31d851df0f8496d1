import type { Graph } from '../../graph/graph.ts';
import { float32 } from '../../graph/tensor.ts';
import { imagesToTensor, type PixelEncoding } from '../../images/rgb-image.ts';
import { openGraph, type Runtime } from '../../runtime/runtime.ts';
import type { Example } from './example.ts';
import { faceOf } from './face-chip.ts';

export interface EncoderInput extends PixelEncoding {
  /** Of the graph's input. */
  readonly name: string;
  readonly side: number;
}

const CHIPS_PER_RUN = 16;

/**
 * The output of a graph for the face of every chip and for its mirror image.
 *
 * @param graph one input float32[batch, 3, side, side], one output float32[batch, D].
 */
export async function* outputsOf(
  runtime: Runtime,
  graph: Graph,
  input: EncoderInput,
  examples: readonly Example[],
): AsyncGenerator<{ readonly example: Example; readonly views: readonly Float32Array[] }> {
  const session = await openGraph(runtime, graph);
  const output = graph.outputs[0]!.name;
  try {
    for (let start = 0; start < examples.length; start += CHIPS_PER_RUN) {
      const some = examples.slice(start, start + CHIPS_PER_RUN);
      const chips = await Promise.all(
        some.map(async (example) => faceOf(await example.read(), input.side)),
      );
      const views = chips.flatMap((image) => [
        { image, mirrored: false },
        { image, mirrored: true },
      ]);
      const { dims, data } = imagesToTensor(views, input);
      const results = await session.run({ [input.name]: float32(dims, data) });
      const values = results[output]!.data as Float32Array;
      const length = values.length / views.length;
      for (const [index, example] of some.entries()) {
        const view = (k: number) =>
          values.slice((2 * index + k) * length, (2 * index + k + 1) * length);
        yield { example, views: [view(0), view(1)] };
      }
    }
  } finally {
    await session.dispose();
  }
}

/** As the product encodes for the metric `cosine`: views normalized, averaged, normalized again. */
export async function encodeExamples(
  runtime: Runtime,
  graph: Graph,
  input: EncoderInput,
  examples: readonly Example[],
): Promise<Float32Array[]> {
  const encodings: Float32Array[] = [];
  for await (const { views } of outputsOf(runtime, graph, input, examples))
    encodings.push(merge(views));
  return encodings;
}

function merge(views: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(views[0]!.length);
  for (const view of views) {
    const length = Math.hypot(...view) || 1;
    view.forEach((value, i) => (sum[i]! += value / length));
  }
  const length = Math.hypot(...sum) || 1;
  return sum.map((value) => value / length);
}
