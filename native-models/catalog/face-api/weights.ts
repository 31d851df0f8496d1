import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { LikenessError } from '../../../contract/errors.ts';
import { float32, type TensorOf } from '../../graph/tensor.ts';

/** Weight files as TensorFlow.js stores them: groups of tensors, one behind the other in a file. */
const WeightsManifest = z.array(
  z.object({
    paths: z.array(z.string()).min(1),
    weights: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.int().nonnegative()),
        dtype: z.enum(['float32', 'int32']),
        /** value = byte · scale + min. */
        quantization: z
          .object({ dtype: z.literal('uint8'), scale: z.number(), min: z.number() })
          .optional(),
      }),
    ),
  }),
);
type WeightEntry = z.infer<typeof WeightsManifest>[number]['weights'][number];

/** Named tensors of one network, dequantized. */
export class Weights {
  readonly #network: string;
  readonly #tensors: ReadonlyMap<string, TensorOf<'float32'>>;

  constructor(network: string, tensors: ReadonlyMap<string, TensorOf<'float32'>>) {
    this.#network = network;
    this.#tensors = tensors;
  }

  /** Throws `model_corrupt` where there is no such tensor. */
  get(name: string): TensorOf<'float32'> {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined)
      throw new LikenessError('model_corrupt', `${this.#network} has no weights ${name}.`);
    return tensor;
  }
}

/** Where the npm package @vladmandic/face-api keeps its weights. */
export function faceApiModelFolder(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
}

/**
 * Reads `<network>-weights_manifest.json` and its binary files. Throws `model_missing` where a file
 * is not there, `model_corrupt` where they do not fit together.
 */
export async function readWeights(folder: string, network: string): Promise<Weights> {
  const groups = parseManifest(network, await readFrom(folder, `${network}-weights_manifest.json`));
  const tensors = new Map<string, TensorOf<'float32'>>();
  for (const { paths, weights } of groups) {
    const bytes = Buffer.concat(await Promise.all(paths.map((path) => readFrom(folder, path))));
    let offset = 0;
    for (const entry of weights) {
      const length = byteLength(entry);
      if (offset + length > bytes.length)
        throw new LikenessError('model_corrupt', `The weights of ${network} end too early.`);
      tensors.set(entry.name, dequantize(entry, bytes.subarray(offset, offset + length)));
      offset += length;
    }
  }
  return new Weights(network, tensors);
}

async function readFrom(folder: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, name));
  } catch (cause) {
    throw new LikenessError(
      'model_missing',
      `The weight file ${join(folder, name)} cannot be read. Install the dependencies again (npm ci).`,
      { cause },
    );
  }
}

function parseManifest(network: string, text: Buffer): z.infer<typeof WeightsManifest> {
  try {
    return WeightsManifest.parse(JSON.parse(text.toString('utf8')));
  } catch (cause) {
    throw new LikenessError(
      'model_corrupt',
      `${network}-weights_manifest.json is no list of weights.`,
      { cause },
    );
  }
}

function byteLength({ shape, quantization }: WeightEntry): number {
  const elements = shape.reduce((count, extent) => count * extent, 1);
  return elements * (quantization === undefined ? 4 : 1);
}

function dequantize(entry: WeightEntry, bytes: Uint8Array): TensorOf<'float32'> {
  const { shape, dtype, quantization } = entry;
  if (quantization !== undefined) {
    const { scale, min } = quantization;
    const values = new Float32Array(bytes.length);
    for (let i = 0; i < bytes.length; i++) values[i] = bytes[i]! * scale + min;
    return float32(shape, values);
  }
  // A copy, because the view's offset need not be a multiple of four.
  const { buffer } = Uint8Array.from(bytes);
  return float32(shape, dtype === 'int32' ? new Int32Array(buffer) : new Float32Array(buffer));
}
