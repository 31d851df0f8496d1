import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Graph } from '../../native-models/graph/graph.ts';
import { float32, type TensorOf } from '../../native-models/graph/tensor.ts';
import { countFlops } from '../../native-models/ops/flops.ts';
import { operators } from '../../native-models/ops/registry.ts';
import { graphOf, type Runtime } from '../../native-models/runtime/runtime.ts';
import { adamwDefaults } from '../../native-models/training/optimizers.ts';
import { cutAtFrozen } from '../../native-models/training/training-graph.ts';
import { inFullPrecision } from '../../native-models/catalog/half-precision.ts';
import { pairMasks } from '../../native-models/training/losses.ts';
import { learnedConstants } from '../../native-models/training/parameters.ts';
import { Trainer } from '../../native-models/training/trainer.ts';
import { tripletGraph } from '../../native-models/training/encoder-by-triplets/task.ts';
import { builtInModels } from './product.ts';

/** P people with K photos each, as the product's batches are by default. */
const PEOPLE = 16;
const PHOTOS = 4;
export const BATCH = PEOPLE * PHOTOS;
export const MARGIN = 0.3;
/** Relative to the size of each parameter; small, so that many steps stay in ordinary numbers. */
const PEAK = 0.01;

export interface FineTuning {
  /** One step as the product makes it: forward, triplet loss, gradients, clipping, AdamW. */
  readonly step: () => Promise<number>;
  /** Convolutions and matrix products of a step, gradients included. */
  readonly flops: number;
  /** The network that is trained. */
  readonly network: Graph;
  readonly trained: readonly string[];
  /** What the network is fed with. */
  readonly feeds: Readonly<Record<string, TensorOf<'float32'>>>;
  readonly people: readonly number[];
  readonly dispose: () => Promise<void>;
}

/**
 * Fine-tuning of a built-in encoder with triplets, batch-all, on a batch of noise.
 *
 * @param freeze beginnings of the names of layers that keep their weights; what lies below the
 *   trained ones is left out, as the product runs it once per view.
 */
export async function fineTuning(
  runtime: Runtime,
  model: string,
  freeze: readonly string[],
): Promise<FineTuning> {
  const bytes = await readFile(path.join(builtInModels, `${model}.onnx`));
  const encoder = inFullPrecision(graphOf(bytes, operators));
  const trained = learnedConstants(encoder).filter(
    (name) => !freeze.some((prefix) => name.startsWith(prefix)),
  );
  const network = cutAtFrozen(encoder, trained, operators).head;
  const people = Array.from({ length: BATCH }, (_, index) => Math.floor(index / PHOTOS));
  const options = { mining: 'batch-all', margin: MARGIN, pull: 0, batch: BATCH } as const;
  const plan = tripletGraph(network, trained, options);
  const trainer = await Trainer.start(runtime, network, plan, trained, {
    optimizer: { ...adamwDefaults, relative: true },
    schedule: { peak: PEAK, warmUp: 1, steps: 1000, floor: 0.02 },
    clipNorm: 1,
    averaging: 0.98,
    statisticsMomentum: 0.9,
  });
  const feeds = Object.fromEntries(
    network.inputs.map(({ name, shape }) => [name, noise([BATCH, ...shape.slice(1)] as number[])]),
  );
  const { positive, negative } = pairMasks(people);
  return {
    step: async () => (await trainer.step([{ ...feeds, positive, negative }])).loss,
    flops: countFlops(plan.graph, operators),
    network,
    trained,
    feeds,
    people,
    dispose: () => trainer.dispose(),
  };
}

/** Between 0 and 1, as activations are. */
function noise(shape: readonly number[]): TensorOf<'float32'> {
  const count = shape.reduce((product, extent) => product * extent, 1);
  const at = (index: number) => ((index * 2654435761) % 104729) / 104729;
  return float32(
    shape,
    Float32Array.from({ length: count }, (_, index) => at(index)),
  );
}
