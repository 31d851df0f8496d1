import { readFile } from 'node:fs/promises';
import { LikenessError, toLikenessError } from '../../../app/contract/errors.ts';
import { sha256Of } from '../hash.ts';
import type { ModelManifest } from '../manifest.ts';
import type { ModelEntry } from '../model-file.ts';
import { install } from '../user-folder.ts';
import { proveModel, type OpenModel } from './prove-model.ts';
import { invalid, readImportManifest, type ImportManifest } from './read-manifest.ts';

/** The ids that are taken, by our own models or by earlier imports. */
export interface Taken {
  readonly reserved: ReadonlySet<string>;
  readonly entries: ReadonlyMap<string, ModelEntry>;
}

/**
 * Installs somebody else's model after proving it.
 *
 * @returns its id
 * @throws LikenessError manifest_invalid, model_corrupt, model_incompatible, file_empty,
 * file_not_found, disk_full
 */
export async function importModel(
  paths: { readonly file: string; readonly manifest: string },
  userModels: string,
  taken: Taken,
  open: OpenModel,
): Promise<string> {
  const written = await readImportManifest(paths.manifest);
  const onnx = await readOnnx(paths.file);
  const manifest = { ...written, bytes: onnx.length, sha256: sha256Of(onnx) };
  checkCounted(paths.manifest, written, manifest);
  checkId(paths.manifest, manifest, taken);
  await proveModel(manifest, onnx, open);
  await install(userModels, { onnx, manifest });
  return manifest.id;
}

async function readOnnx(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw toLikenessError(error);
  });
  if (bytes.length > 0) return bytes;
  throw new LikenessError('file_empty', `${file} is empty.`, { details: { file } });
}

/** A manifest that brings size and hash means one particular file. */
function checkCounted(file: string, written: ImportManifest, counted: ModelManifest): void {
  for (const field of ['bytes', 'sha256'] as const)
    if (written[field] !== undefined && written[field] !== counted[field])
      throw invalid(file, field, `it is ${written[field]}, but the file has ${counted[field]}`);
}

function checkId(file: string, manifest: ModelManifest, { reserved, entries }: Taken): void {
  const { id, version } = manifest;
  if (reserved.has(id))
    throw invalid(file, 'id', `${id} is a model of Likeness itself; choose another`);
  const earlier = entries.get(id)?.manifest;
  if (earlier?.version !== version || encodingOf(earlier) === encodingOf(manifest)) return;
  throw invalid(
    file,
    'version',
    `another model was imported as ${id} ${version}, and templates of the two must never be compared; give this one another version`,
  );
}

/** All that decides which numbers a face gets. */
function encodingOf({ sha256, input, task }: ModelManifest): string {
  if (task.role !== 'encoder') return JSON.stringify([sha256, input]);
  const { output, dimension, alignment, metric, mirror } = task;
  return JSON.stringify([sha256, input, output, dimension, alignment, metric, mirror]);
}
