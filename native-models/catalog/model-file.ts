import { LikenessError } from '../../contract/errors.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import { sha256Of } from './hash.ts';
import type { ModelManifest } from '../../contract/manifest.ts';

export type ModelOrigin = 'built-in' | 'download' | 'imported';

/** A model whose manifest is on this machine; its ONNX file may be gone or damaged. */
export interface ModelEntry {
  readonly origin: ModelOrigin;
  readonly file: string;
  readonly manifest: ModelManifest;
}

export interface LoadedModel {
  readonly manifest: ModelManifest;
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads the ONNX file of an entry and proves that it is the one of the manifest.
 *
 * @throws LikenessError model_missing, model_corrupt
 */
export async function readModel({ origin, file, manifest }: ModelEntry): Promise<LoadedModel> {
  const { id } = manifest;
  const bytes = await readRegularFile(file, 'model').catch((cause: unknown) => {
    const gone = (cause as LikenessError).code === 'file_not_found';
    throw gone ? missing(id, file, origin) : corrupt(id, file, origin, 'cannot be read', cause);
  });
  if (bytes.length !== manifest.bytes)
    throw corrupt(id, file, origin, `has ${bytes.length} bytes instead of ${manifest.bytes}`);
  if (sha256Of(bytes) !== manifest.sha256)
    throw corrupt(id, file, origin, 'does not match its SHA-256');
  return { manifest, file, bytes };
}

const remedies: Readonly<Record<ModelOrigin, (id: string) => string>> = {
  'built-in': () => 'Run `npm run build` to make it again.',
  download: (id) => `Run \`likeness models fetch ${id}\` to get it again.`,
  imported: () => 'Import it again with `likeness models import`.',
};

export function missing(id: string, file: string, origin: ModelOrigin): LikenessError {
  const message = `The model file ${file} is missing. ${remedies[origin](id)}`;
  return new LikenessError('model_missing', message, { details: { model: id, file } });
}

export function corrupt(
  id: string,
  file: string,
  origin: ModelOrigin,
  problem: string,
  cause?: unknown,
): LikenessError {
  const message = `The model file ${file} ${problem}. ${remedies[origin](id)}`;
  return new LikenessError('model_corrupt', message, { details: { model: id, file }, cause });
}
