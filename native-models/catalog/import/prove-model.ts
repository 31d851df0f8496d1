import { LikenessError } from '../../../contract/errors.ts';
import { float32, type TensorOf } from '../../graph/tensor.ts';
import type { OrtSession, NamedTensors } from '../../runtime/session.ts';
import type { ModelManifest } from '../../../contract/manifest.ts';
import { checkInput, checkOutputs, incompatible } from './check.ts';

/** Loads ONNX bytes; supplied by the runtime. Throws model_corrupt where they are none. */
export type OpenModel = (bytes: Uint8Array, name: string) => Promise<OrtSession>;

/** How a network did on real faces, see `faces/prove-on-faces.ts`. */
interface FaceProof {
  /** Tells ways of feeding the same file apart; more is better. */
  readonly score: number;
  /** Why it must not be used; null where it may. */
  readonly refusal: string | null;
  readonly warnings: readonly string[];
}

/** Tries a network on the sample faces; null where there are none to try it on. */
export type TryOnFaces = (
  manifest: ModelManifest,
  session: OrtSession,
) => Promise<FaceProof | null>;

/** What proves a model; supplied by the runtime. */
export interface Provers {
  readonly open: OpenModel;
  readonly tryOnFaces?: TryOnFaces;
}

/** What came of it: the manifest as it holds, and what a person should know. */
export interface Proven {
  readonly manifest: ModelManifest;
  readonly score: number;
  readonly warnings: readonly string[];
}

/** Runs of one and of two pictures may differ by rounding only. */
const BATCH_TOLERANCE = 1e-2;

/**
 * Proves that a file does what its manifest says: its declared input, then runs of one picture of
 * noise and, where the batch is free, of two; then what it makes of real faces. A file that takes
 * one picture at a time, against its manifest, is taken so, and a warning says it.
 *
 * @throws LikenessError model_corrupt where the runtime cannot load it; model_incompatible, with
 * the manifest's field in `details.field`, where it does something else, or nothing useful
 */
export async function proveModel(
  manifest: ModelManifest,
  bytes: Uint8Array,
  { open, tryOnFaces }: Provers,
): Promise<Proven> {
  const model = await open(bytes, manifest.id);
  try {
    const { batch, warnings } = await proveOnNoise(manifest, model);
    const holding =
      batch === manifest.input.dynamicBatch
        ? manifest
        : { ...manifest, input: { ...manifest.input, dynamicBatch: batch } };
    const onFaces = (await tryOnFaces?.(holding, model)) ?? null;
    if (onFaces !== null && onFaces.refusal !== null)
      throw incompatible(holding, 'task', onFaces.refusal);
    return {
      manifest: holding,
      score: onFaces?.score ?? 0,
      warnings: [...warnings, ...(onFaces?.warnings ?? [])],
    };
  } finally {
    await model.dispose();
  }
}

/** Whether the batch is free, and what was noticed. */
async function proveOnNoise(
  manifest: ModelManifest,
  model: OrtSession,
): Promise<{ readonly batch: boolean; readonly warnings: readonly string[] }> {
  checkInput(manifest, model.inputs);
  const single = await runOn(manifest, model, [1]);
  checkOutputs(manifest, single, 1);
  if (!manifest.input.dynamicBatch) return { batch: false, warnings: [] };
  const oneByOne = (reason: string) => ({
    batch: false,
    warnings: [`${manifest.id} is run on one picture at a time: ${reason}.`],
  });
  const [batch] = model.inputs[0]!.shape;
  if (typeof batch === 'number' && batch === 1) return oneByOne('its file fixes the batch to 1');
  try {
    const pair = await runOn(manifest, model, [2, 1]);
    checkOutputs(manifest, pair, 2);
    checkBatch(manifest, single, pair);
  } catch (error) {
    if (!(error instanceof LikenessError) || error.code !== 'model_incompatible') throw error;
    return oneByOne(String(error.details['problem']));
  }
  return { batch: true, warnings: [] };
}

/** One picture of repeatable noise per seed. */
async function runOn(
  manifest: ModelManifest,
  model: OrtSession,
  seeds: readonly number[],
): Promise<NamedTensors> {
  const { name } = manifest.input;
  try {
    return await model.run({ [name]: noise(manifest, seeds) });
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    const reason = said.replace(/\.$/u, '');
    const field = seeds.length > 1 ? 'input.dynamicBatch' : 'input';
    const pictures = seeds.length > 1 ? `${seeds.length} pictures` : 'one picture';
    throw incompatible(manifest, field, `a run on ${pictures} failed: ${reason}`, cause);
  }
}

/** As pixels of 0…255 are fed: networks that take bytes make nothing of other values. */
function noise({ input }: ModelManifest, seeds: readonly number[]): TensorOf<'float32'> {
  const { layout, width, height } = input;
  const [mean, std] = [input.mean[0], input.std[0]];
  const size = 3 * width * height;
  const data = new Float32Array(seeds.length * size);
  seeds.forEach((seed, row) => {
    // Multiplicative congruential generator of Park and Miller (1988).
    let state = seed;
    for (let i = 0; i < size; i++) {
      state = (state * 48271) % 2147483647;
      data[row * size + i] = (Math.floor((state / 2147483647) * 256) - mean) / std;
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
