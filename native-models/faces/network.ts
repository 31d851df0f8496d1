import { LikenessError } from '../../contract/errors.ts';
import type { ManifestOf, ModelManifest, ModelRole } from '../../contract/manifest.ts';
import { imagesToTensor, type BatchEntry } from '../images/rgb-image.ts';

interface NetworkTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export type NetworkOutputs = Readonly<Record<string, NetworkTensor>>;

/** What this folder needs of a session of the runtime. */
export interface NetworkSession {
  run(inputs: Readonly<Record<string, NetworkTensor>>): Promise<NetworkOutputs>;
}

/** A model that is ready to run, and how to feed it. */
export interface Network<R extends ModelRole> {
  readonly manifest: ManifestOf<R>;
  readonly session: NetworkSession;
}

/** Feeds pictures of equal size as the manifest says. */
export function runOnImages(
  { manifest, session }: { readonly manifest: ModelManifest; readonly session: NetworkSession },
  batch: readonly BatchEntry[],
): Promise<NetworkOutputs> {
  return session.run({ [manifest.input.name]: imagesToTensor(batch, manifest.input) });
}

/** The named output, or a sentence that says which names there are. */
export function outputOf(outputs: NetworkOutputs, name: string): NetworkTensor {
  const output = outputs[name];
  if (output !== undefined) return output;
  throw new LikenessError(
    'model_incompatible',
    `The model has no output "${name}"; it has: ${Object.keys(outputs).join(', ')}.`,
    { details: { output: name } },
  );
}

/** How many pictures a run may have: one where the graph's batch is fixed. */
export const batchLimit = ({ input }: ModelManifest, most: number) =>
  input.dynamicBatch ? most : 1;

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}
