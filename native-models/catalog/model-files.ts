import { readdir, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError, toLikenessError } from '../../contract/errors.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import { sha256Of } from '../../foundation/hash.ts';
import { ModelManifest } from '../../contract/manifest.ts';
import { writeBeside } from '../../foundation/files/output-file.ts';
import type { InstallableModel } from './transfer.ts';

/** `trained`: by Likeness, here or elsewhere, as its manifest tells. */
type ModelOrigin = 'built-in' | 'download' | 'trained' | 'imported';

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

export function missing(id: string, file: string, origin: ModelOrigin): LikenessError {
  const message = `The model file ${file} is missing.`;
  return new LikenessError('model_missing', message, { details: { model: id, file, origin } });
}

export function corrupt(
  id: string,
  file: string,
  origin: ModelOrigin,
  problem: string,
  cause?: unknown,
): LikenessError {
  const message = `The model file ${file} ${problem}.`;
  return new LikenessError('model_corrupt', message, {
    details: { model: id, file, origin },
    cause,
  });
}

/** What lies in the two model folders, by id. */
export interface Inventory {
  readonly entries: ReadonlyMap<string, ModelEntry>;
  /** Models whose manifest cannot be understood. */
  readonly broken: ReadonlyMap<string, LikenessError>;
}

export interface ModelFolders {
  readonly builtInModels: string;
  readonly userModels: string;
}

/** @param downloadIds ids that belong to known downloads; the rest of the user's models is theirs */
export async function readInventory(
  { builtInModels, userModels }: ModelFolders,
  downloadIds: ReadonlySet<string>,
): Promise<Inventory> {
  const entries = new Map<string, ModelEntry>();
  const broken = new Map<string, LikenessError>();
  const addAll = async (folder: string, known: (id: string) => KnownOrigin): Promise<void> => {
    for (const id of await manifestIds(folder)) {
      const entry = await readEntry(folder, id, known(id));
      if ('manifest' in entry) entries.set(id, entry);
      else broken.set(id, entry.error);
    }
  };
  await addAll(userModels, (id) => (downloadIds.has(id) ? 'download' : null));
  // Second, so that nothing in the user's folder can stand in for a model of ours.
  await addAll(builtInModels, () => 'built-in');
  return { entries, broken };
}

async function manifestIds(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.basename(name, '.json'))
    .sort();
}

/** null: the user's own, of which the manifest tells more. */
type KnownOrigin = 'built-in' | 'download' | null;

async function readEntry(
  folder: string,
  id: string,
  known: KnownOrigin,
): Promise<ModelEntry | { readonly error: LikenessError }> {
  const manifestFile = path.join(folder, `${id}.json`);
  try {
    const manifest = ModelManifest.parse(
      JSON.parse(String(await readRegularFile(manifestFile, 'text'))),
    );
    if (manifest.id !== id) throw new Error(`It calls itself ${manifest.id}.`);
    const origin = known ?? (manifest.provenance === undefined ? 'imported' : 'trained');
    return { origin, file: path.join(folder, `${id}.onnx`), manifest };
  } catch (cause) {
    const problem = 'is no manifest that can be understood';
    return { error: corrupt(id, manifestFile, known ?? 'imported', problem, cause) };
  }
}

/**
 * Puts a model into the user's folder. The manifest comes last and makes it exist: whatever
 * interrupts this leaves either the whole model or none.
 *
 * @throws LikenessError disk_full, file_unreadable
 */
export async function install(folder: string, { onnx, manifest }: InstallableModel): Promise<void> {
  const onnxFile = path.join(folder, `${manifest.id}.onnx`);
  const manifestFile = path.join(folder, `${manifest.id}.json`);
  const written: string[] = [];
  const write = async (file: string, content: string | Uint8Array): Promise<string> => {
    const partial = await writeBeside(file, content);
    written.push(partial);
    return partial;
  };
  try {
    await mkdir(folder, { recursive: true });
    const newOnnx = await write(onnxFile, onnx);
    const newManifest = await write(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
    await rm(manifestFile, { force: true });
    await rename(newOnnx, onnxFile);
    await rename(newManifest, manifestFile);
  } catch (error) {
    await Promise.all(written.map((file) => rm(file, { force: true })));
    throw inFolder(folder, error);
  }
}

/** Of which of its files the disk had no room matters to nobody. */
function inFolder(folder: string, thrown: unknown): LikenessError {
  const { code, message, details } = toLikenessError(thrown);
  if (code !== 'disk_full') return new LikenessError(code, message, { details, cause: thrown });
  return new LikenessError(
    'disk_full',
    `The model could not be written to ${folder}: the disk is full. Free some space and try again.`,
    { details: { ...details, folder }, cause: thrown },
  );
}
