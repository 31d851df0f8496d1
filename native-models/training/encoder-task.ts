import { digestOf, type Basis } from '../checkpoint/checkpoint.ts';
import type { Graph } from '../graph/graph.ts';
import type { EncoderInput, Example } from './chips.ts';
import type { TrainingTask } from './training-run.ts';

/** The training of an encoder of faces. */
export interface EncoderTask<Settings, Progress> extends TrainingTask<Settings, Progress> {
  /** With the weights that the training begins with. */
  readonly encoder: Graph;
  readonly input: EncoderInput;
  readonly training: readonly Example[];
  /** With labels; of people who do not train. */
  readonly validation: readonly Example[];
}

/** Of a network: its operators, and every weight. */
export function digestOfGraph({ nodes, constants }: Graph): string {
  const operators = nodes.map(({ op, inputs, outputs }) => [
    op,
    inputs.map((value) => value?.name ?? null),
    outputs.map(({ name }) => name),
  ]);
  const weights = [...constants].flatMap(([name, { shape, data }]) => [
    { name, shape },
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
  return digestOf(operators, ...weights);
}

/** What a training of an encoder of faces is made from. */
export const encoderBasis = ({
  encoder,
  input,
  settings,
  training,
  validation,
}: EncoderTask<object, never>): Basis => ({
  'photos and labels': digestOf(
    [training, validation].map((part) =>
      part.map(({ photo, hash = '', person }) => [photo, hash, person]),
    ),
  ),
  settings: digestOf([settings, input]),
  'the model that it begins with': digestOfGraph(encoder),
  'the teacher': digestOf(...training.map(({ target }) => bytesOf(target))),
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
