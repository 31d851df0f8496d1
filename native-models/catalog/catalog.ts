import type { ModelSummary } from '../../contract/commands.ts';
import { LikenessError } from '../../contract/errors.ts';
import { fetchModel, knownDownloads, type FetchOptions } from './downloads.ts';
import { builtInRoles, recommendedIds } from './known-models.ts';
import { prepareImport, type ImportRequest } from './import/import-model.ts';
import { proveModel, type Provers } from './import/prove-model.ts';
import {
  readInventory,
  readModel,
  install,
  type Inventory,
  type ModelFolders,
  type LoadedModel,
} from './model-files.ts';
import type { ManifestOf, ModelManifest, ModelRole } from '../../contract/manifest.ts';
import { SoundFiles, summarize, type Known } from './summaries.ts';

export interface CatalogOptions extends ModelFolders {
  /** The user's explicit choice per role. */
  readonly chosen?: Partial<Readonly<Record<ModelRole, string>>>;
  /** The models that exist somewhere; tests pass their own. */
  readonly known?: Known;
}

/** Which models there are, where they lie, whether they are sound, and which one is used. */
export interface Catalog {
  /** Every model that is here or can be fetched; files that changed since the last time are hashed. */
  list(): Promise<ModelSummary[]>;
  /** The id in use: the chosen one, else the recommended one that is present. */
  activeId(role: ModelRole): Promise<string>;
  /** @throws LikenessError model_unknown, model_missing, model_corrupt */
  load(id: string): Promise<LoadedModel>;
  /** The model in use. Throws as `load`, and `invalid_input` where the choice has another role. */
  loadActive<R extends ModelRole>(
    role: R,
  ): Promise<LoadedModel & { readonly manifest: ManifestOf<R> }>;
  /** Hashes every file and proves by a run that it does what its manifest says. */
  verify(provers: Provers): Promise<{ models: ModelSummary[]; ok: boolean }>;
  /** Fetches a pinned download; one that is here and sound is left alone. */
  fetch(id: string, options?: FetchOptions): Promise<{ model: ModelSummary; resumedFrom: number }>;
  /**
   * Adds somebody else's detector or encoder after proving that it does what its manifest says,
   * whether a person wrote it or it is proposed. With `propose`, nothing is added.
   */
  importModel(
    request: ImportRequest & { readonly propose?: boolean | undefined },
    provers: Provers,
  ): Promise<ImportOutcome>;
}

interface ImportOutcome {
  /** Null where it was only proposed. */
  readonly model: ModelSummary | null;
  readonly manifest: ModelManifest;
  /** What it was taken for; null where a person wrote the manifest. */
  readonly family: string | null;
  readonly warnings: readonly string[];
}

export function openCatalog({
  chosen = {},
  known = everything,
  ...folders
}: CatalogOptions): Catalog {
  const downloadIds = new Set(known.downloads.map(({ id }) => id));
  const look = (): Promise<Inventory> => readInventory(folders, downloadIds);
  const activeOf = (inventory: Inventory, role: ModelRole): string =>
    chosen[role] ?? recommendedId(inventory, role);

  const sound = new SoundFiles(folders.userModels);
  const list = async (): Promise<ModelSummary[]> => {
    const inventory = await look();
    return summarize(inventory, known, (role, id) => activeOf(inventory, role) === id, sound);
  };
  const summary = async (id: string): Promise<ModelSummary> =>
    (await list()).find((model) => model.id === id)!;
  const load = async (id: string): Promise<LoadedModel> => loadFrom(await look(), known, id);

  return {
    list,
    load,
    activeId: async (role) => activeOf(await look(), role),
    loadActive: async (role) => {
      const inventory = await look();
      return withRole(await loadFrom(inventory, known, activeOf(inventory, role)), role);
    },
    verify: async (provers) => {
      const models: ModelSummary[] = [];
      for (const model of await list()) models.push(await proven(model, load, provers));
      const ok = models.every(({ state }) => state === 'ready' || state === 'available');
      return { models, ok };
    },
    fetch: async (id, options = {}) => {
      const download = known.downloads.find((candidate) => candidate.id === id);
      if (download === undefined) throw notFetchable(id, known);
      const here = await summary(id);
      if (here.state === 'ready') return { model: here, resumedFrom: 0 };
      const resumedFrom = await fetchModel(download, folders.userModels, options);
      return { model: await summary(id), resumedFrom };
    },
    importModel: async ({ propose = false, ...request }, provers) => {
      const reserved = new Set([...known.builtIn.keys(), ...downloadIds]);
      const { entries } = await look();
      const prepared = await prepareImport(request, { reserved, entries }, provers);
      const { onnx, manifest, family, warnings } = prepared;
      if (!propose) await install(folders.userModels, { onnx, manifest });
      return { model: propose ? null : await summary(manifest.id), manifest, family, warnings };
    },
  };
}

const everything: Known = { builtIn: builtInRoles, downloads: knownDownloads };

/**
 * A damaged model stays in use and is reported, and an imported one is used on the user's word only:
 * people who were enrolled with one encoder are unknown to every other.
 */
function recommendedId({ entries, broken }: Inventory, role: ModelRole): string {
  const ids = recommendedIds(role);
  return ids.find((id) => entries.has(id) || broken.has(id)) ?? ids.at(-1)!;
}

async function loadFrom(inventory: Inventory, known: Known, id: string): Promise<LoadedModel> {
  const entry = inventory.entries.get(id);
  if (entry !== undefined) return readModel(entry);
  throw inventory.broken.get(id) ?? absent(inventory, known, id);
}

function absent({ entries }: Inventory, known: Known, id: string): LikenessError {
  const details = { model: id };
  if (known.builtIn.has(id))
    return new LikenessError('model_missing', `The built-in model ${id} has not been made.`, {
      details: { ...details, origin: 'built-in' },
    });
  if (known.downloads.some((download) => download.id === id))
    return new LikenessError('model_missing', `The model ${id} is not on this machine.`, {
      details: { ...details, origin: 'download' },
    });
  return new LikenessError(
    'model_unknown',
    `There is no model ${id}. There are: ${[...entries.keys()].join(', ')}.`,
    { details },
  );
}

function withRole<R extends ModelRole>(
  model: LoadedModel,
  role: R,
): LoadedModel & { readonly manifest: ManifestOf<R> } {
  if (hasRole(model.manifest, role)) return { ...model, manifest: model.manifest };
  const { id, task } = model.manifest;
  throw new LikenessError(
    'invalid_input',
    `The model ${id} is of the role ${task.role}, not ${role}.`,
    {
      details: { model: id, expected: role, actual: task.role },
    },
  );
}

function hasRole<R extends ModelRole>(manifest: ModelManifest, role: R): manifest is ManifestOf<R> {
  return manifest.task.role === role;
}

async function proven(
  model: ModelSummary,
  load: Catalog['load'],
  provers: Provers,
): Promise<ModelSummary> {
  if (model.state !== 'ready') return model;
  const proof = load(model.id).then(({ manifest, bytes }) => proveModel(manifest, bytes, provers));
  return proof.then(
    () => model,
    () => ({ ...model, state: 'corrupt' }),
  );
}

function notFetchable(id: string, { downloads }: Known): LikenessError {
  const ids = downloads.map((download) => download.id).join(', ');
  return new LikenessError('model_unknown', `There is no download ${id}. There are: ${ids}.`, {
    details: { model: id },
  });
}
