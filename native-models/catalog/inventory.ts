import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { LikenessError } from '../../contract/errors.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import { ModelManifest } from '../../contract/manifest.ts';
import { corrupt, type ModelEntry, type ModelOrigin } from './model-file.ts';

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

/** @param downloadIds ids that belong to known downloads; the rest of the user's models is imported */
export async function readInventory(
  { builtInModels, userModels }: ModelFolders,
  downloadIds: ReadonlySet<string>,
): Promise<Inventory> {
  const entries = new Map<string, ModelEntry>();
  const broken = new Map<string, LikenessError>();
  const addAll = async (folder: string, originOf: (id: string) => ModelOrigin): Promise<void> => {
    for (const id of await manifestIds(folder)) {
      const entry = await readEntry(folder, id, originOf(id));
      if ('manifest' in entry) entries.set(id, entry);
      else broken.set(id, entry.error);
    }
  };
  await addAll(userModels, (id) => (downloadIds.has(id) ? 'download' : 'imported'));
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

async function readEntry(
  folder: string,
  id: string,
  origin: ModelOrigin,
): Promise<ModelEntry | { readonly error: LikenessError }> {
  const manifestFile = path.join(folder, `${id}.json`);
  try {
    const manifest = ModelManifest.parse(
      JSON.parse(String(await readRegularFile(manifestFile, 'text'))),
    );
    if (manifest.id !== id) throw new Error(`It calls itself ${manifest.id}.`);
    return { origin, file: path.join(folder, `${id}.onnx`), manifest };
  } catch (cause) {
    const problem = 'is no manifest that can be understood';
    return { error: corrupt(id, manifestFile, origin, problem, cause) };
  }
}
