import { RandomStream } from '../../../../foundation/random.ts';
import type { Graph } from '../../../graph/graph.ts';
import type { RgbImage } from '../../../images/rgb-image.ts';
import { withGraph, type Runtime } from '../../../runtime/runtime.ts';
import type { NamedTensors } from '../../../runtime/session.ts';
import { feedOf, type StyleInput } from './teacher.ts';

/** Activations of one layer at some positions of many pictures: `rows` of them, one below the other. */
export interface Samples {
  readonly channels: number;
  readonly rows: number;
  /** float32[rows, channels]. */
  readonly data: Float32Array;
}

/** Positions that are looked at in each picture. */
const POSITIONS = 48;

/**
 * Activations of every output of a network, float32[1, C, H, W] each. Layers of one resolution are
 * looked at in the same positions, whichever network has them.
 */
export async function sampleActivations(
  runtime: Runtime,
  network: { readonly graph: Graph; readonly input: StyleInput },
  pictures: readonly RgbImage[],
): Promise<ReadonlyMap<string, Samples>> {
  const samples = new Map<string, Samples>();
  await withGraph(runtime, network.graph, async (session) => {
    for (const [serial, picture] of pictures.entries()) {
      const outputs = await session.run(feedOf(network, picture));
      for (const [layer, activation] of Object.entries(outputs)) {
        const channels = activation.shape[1]!;
        const rows = pictures.length * POSITIONS;
        if (!samples.has(layer))
          samples.set(layer, { channels, rows, data: new Float32Array(rows * channels) });
        gather(activation, samples.get(layer)!, serial);
      }
    }
  });
  return samples;
}

function gather({ shape, data }: NamedTensors[string], into: Samples, serial: number): void {
  const area = shape[2]! * shape[3]!;
  const random = new RandomStream(area, 'positions', serial);
  const values = data as Float32Array;
  const { channels } = into;
  let to = serial * POSITIONS * channels;
  for (let n = 0; n < POSITIONS; n++) {
    const place = random.below(area);
    for (let channel = 0; channel < channels; channel++, to++)
      into.data[to] = values[channel * area + place]!;
  }
}
