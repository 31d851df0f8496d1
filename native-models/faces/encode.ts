import { LikenessError } from '../../contract/errors.ts';
import { isUsableEncoding } from '../../contract/values.ts';
import type { ModelManifest } from '../../contract/manifest.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { batchLimit, chunksOf, outputOf, runOnImages, type Network } from './network.ts';

/** More chips in one run gain no speed, but hold memory and the other requests up. */
const CHIPS_PER_RUN = 16;

/**
 * Encodes aligned chips, each as the mean of itself and its mirror image where the manifest says
 * so; normalized to length 1 for the metric `cosine`.
 *
 * @returns float32[dimension] per chip.
 * @throws LikenessError `encoding_invalid` where an encoding is zero or has values that are no numbers
 */
export async function encodeChips(
  network: Network<'encoder'>,
  chips: readonly RgbImage[],
): Promise<Float32Array[]> {
  const { task } = network.manifest;
  const views = chips.flatMap((image) =>
    task.mirror
      ? [
          { image, mirrored: false },
          { image, mirrored: true },
        ]
      : [{ image, mirrored: false }],
  );
  const rows: Float32Array[] = [];
  for (const batch of chunksOf(views, batchLimit(network.manifest, CHIPS_PER_RUN))) {
    const { data } = outputOf(await runOnImages(network, batch), task.output);
    rows.push(...chunkRows(data, task.dimension));
  }
  return chunksOf(rows, views.length / Math.max(1, chips.length)).map((of) =>
    checked(merge(of, task.metric), network.manifest),
  );
}

function chunkRows(data: Float32Array, dimension: number): Float32Array[] {
  const count = data.length / dimension;
  return Array.from({ length: count }, (_, i) => data.slice(i * dimension, (i + 1) * dimension));
}

function checked(encoding: Float32Array, { id }: ModelManifest): Float32Array {
  if (isUsableEncoding(encoding)) return encoding;
  throw new LikenessError(
    'encoding_invalid',
    `The encoder ${id} gave numbers for a face that cannot be compared: all zero, or not finite. ` +
      'Use another encoder, or a better photo.',
    { details: { model: id } },
  );
}

/** The encoding of one face from those of its views. */
function merge(views: readonly Float32Array[], metric: 'euclidean' | 'cosine'): Float32Array {
  if (metric === 'euclidean') return mean(views);
  return normalized(mean(views.map(normalized)));
}

function mean(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) vector.forEach((value, i) => (sum[i]! += value));
  return sum.map((value) => value / vectors.length);
}

function normalized(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
