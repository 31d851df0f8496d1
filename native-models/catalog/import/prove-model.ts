import { float32, type TensorOf } from '../../graph/tensor.ts';
import type { Session } from '../../runtime/session.ts';
import type { NamedTensors } from '../../runtime/tensor.ts';
import type { ModelManifest } from '../manifest.ts';
import { checkInput } from './check-input.ts';
import { checkOutputs } from './check-outputs.ts';
import { incompatible } from './incompatible.ts';

/** Loads ONNX bytes; whoever runs models supplies it. Throws model_corrupt where they are none. */
export type OpenModel = (bytes: Uint8Array, name: string) => Promise<Session>;

/** Runs of one and of two pictures may differ by rounding only. */
const BATCH_TOLERANCE = 1e-2;

/**
 * Proves that a file does what its manifest says: its declared input, then runs of one picture
 * and, where the batch is free, of two.
 *
 * @throws LikenessError model_corrupt where the runtime cannot load it; model_incompatible, with
 * the manifest's field in `details.field`, where it does something else
 */
export async function proveModel(
  manifest: ModelManifest,
  bytes: Uint8Array,
  open: OpenModel,
): Promise<void> {
  const model = await open(bytes, manifest.id);
  try {
    checkInput(manifest, model.inputs);
    const single = await runOn(manifest, model, [1]);
    checkOutputs(manifest, single, 1);
    if (!manifest.input.dynamicBatch) return;
    const pair = await runOn(manifest, model, [2, 1]);
    checkOutputs(manifest, pair, 2);
    checkBatch(manifest, single, pair);
  } finally {
    await model.dispose();
  }
}

/** One picture of repeatable noise per seed. */
async function runOn(
  manifest: ModelManifest,
  model: Session,
  seeds: readonly number[],
): Promise<NamedTensors> {
  const { name } = manifest.input;
  try {
    return await model.run({ [name]: noise(manifest, seeds) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const field = seeds.length > 1 ? 'input.dynamicBatch' : 'input';
    const pictures = seeds.length > 1 ? `${seeds.length} pictures` : 'one picture';
    throw incompatible(manifest, field, `a run on ${pictures} failed: ${reason}`, cause);
  }
}

function noise({ input }: ModelManifest, seeds: readonly number[]): TensorOf<'float32'> {
  const { layout, width, height } = input;
  const size = 3 * width * height;
  const data = new Float32Array(seeds.length * size);
  seeds.forEach((seed, row) => {
    // Multiplicative congruential generator of Park and Miller (1988).
    let state = seed;
    for (let i = 0; i < size; i++) {
      state = (state * 48271) % 2147483647;
      data[row * size + i] = (state / 2147483647) * 2 - 1;
    }
  });
  const picture = layout === 'NCHW' ? [3, height, width] : [height, width, 3];
  return float32([seeds.length, ...picture], data);
}

/** The second picture of the pair is the single one: its rows must be the same. */
function checkBatch(manifest: ModelManifest, single: NamedTensors, pair: NamedTensors): void {
  for (const [name, alone] of Object.entries(single)) {
    const both = pair[name]!;
    if (alone.type !== 'float32' || both.type !== 'float32') continue;
    if (alone.shape[0] !== 1 || both.shape[0] !== 2) continue;
    const { data } = alone;
    const scale = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const differs = data.some(
      (value, i) => Math.abs(value - both.data[data.length + i]!) > BATCH_TOLERANCE * scale,
    );
    if (differs)
      throw incompatible(
        manifest,
        'input.dynamicBatch',
        `${name} of a picture depends on the other pictures of its batch`,
      );
  }
}
