import type { Attribute } from '../../native-models/graph/graph.ts';
import type { Tensor } from '../../native-models/graph/tensor.ts';
import { MARGIN, type FineTuning } from '../measure/fine-tuning.ts';
import { askPyTorch } from './pytorch.ts';

export interface PeerTraining {
  /** Of every step from the first on. */
  readonly losses: readonly number[];
  /** Of every step but the first. */
  readonly seconds: readonly number[];
}

/** The same network, weights, batch, loss and optimizer. */
export async function timeTraining(
  python: string,
  { network, trained, feeds, people }: FineTuning,
  { threads, runs }: { readonly threads: number; readonly runs: number },
): Promise<PeerTraining> {
  const packed = pack([...network.constants, ...Object.entries(feeds)]);
  const task = {
    nodes: network.nodes.map(({ op, inputs, outputs, attributes }) => ({
      op,
      inputs: inputs.flatMap((value) => value?.name ?? []),
      output: outputs[0]!.name,
      attributes: plain(attributes),
    })),
    tensors: packed.stretches,
    output: network.outputs[0]!.name,
    trained,
    people,
    margin: MARGIN,
    threads,
    runs,
  };
  return (await askPyTorch(python, 'pytorch_training.py', task, packed.data)) as PeerTraining;
}

const plain = (attributes: Readonly<Record<string, Attribute>>): object =>
  Object.fromEntries(Object.entries(attributes).map(([name, { value }]) => [name, value]));

type Stretch = readonly [shape: readonly number[], start: number, length: number];

/** All in float32, whole numbers too: those of a network are small. */
function pack(tensors: readonly (readonly [string, Tensor])[]): {
  readonly data: Float32Array<ArrayBuffer>;
  readonly stretches: Readonly<Record<string, Stretch>>;
} {
  const data = new Float32Array(tensors.reduce((sum, [, tensor]) => sum + tensor.data.length, 0));
  let start = 0;
  const stretches = tensors.map(([name, tensor]) => {
    data.set(Float32Array.from(tensor.data as Iterable<number | bigint>, Number), start);
    const stretch: Stretch = [tensor.shape, start, tensor.data.length];
    start += tensor.data.length;
    return [name, stretch] as const;
  });
  return { data, stretches: Object.fromEntries(stretches) };
}
