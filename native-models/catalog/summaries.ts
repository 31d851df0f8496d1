import type { ModelSummary } from '../../contract/commands.ts';
import { toLikenessError } from '../../contract/errors.ts';
import { totalBytes, type PinnedDownload } from './transfer.ts';
import { readModel, type Inventory, type ModelEntry } from './model-files.ts';
import { recommended } from './downloads.ts';
import type { ModelRole } from '../../contract/manifest.ts';

type State = ModelSummary['state'];

/** Everything of the two tables that an overview of models is made from. */
export interface Known {
  readonly builtIn: ReadonlyMap<string, ModelRole>;
  readonly downloads: readonly PinnedDownload[];
}

/** Every model that is here or could be, its file hashed. */
export async function summarize(
  inventory: Inventory,
  known: Known,
  isActive: (role: ModelRole, id: string) => boolean,
): Promise<ModelSummary[]> {
  const present: ModelSummary[] = [];
  for (const entry of inventory.entries.values())
    present.push(summaryOf(entry, await stateOf(entry)));
  const seen = new Set(present.map(({ id }) => id));
  const absent = (id: string): State => (inventory.broken.has(id) ? 'corrupt' : 'missing');
  const rest = [
    ...[...known.builtIn].map(([id, role]) => nameless(id, role, absent(id))),
    ...known.downloads.map((download) => offered(download, inventory.broken.has(download.id))),
  ].filter(({ id }) => !seen.has(id));
  return [...present, ...rest]
    .map((model) => ({ ...model, active: isActive(model.role, model.id) }))
    .sort((a, b) => a.role.localeCompare(b.role) || a.id.localeCompare(b.id));
}

async function stateOf(entry: ModelEntry): Promise<State> {
  return readModel(entry).then(
    () => 'ready',
    (error: unknown) => (toLikenessError(error).code === 'model_missing' ? 'missing' : 'corrupt'),
  );
}

export function summaryOf({ origin, manifest }: ModelEntry, state: State): ModelSummary {
  const { id, name, version, bytes, sha256, license, source, task } = manifest;
  return {
    id,
    name,
    version,
    role: task.role,
    origin,
    state,
    active: false,
    recommended: isRecommended(task.role, id),
    bytes,
    sha256,
    license,
    source,
  };
}

function offered(download: PinnedDownload, broken: boolean): ModelSummary {
  const { id, name, version, role, license, source, files } = download;
  return {
    ...{ id, name, version, role, license, source },
    origin: 'download',
    state: broken ? 'corrupt' : 'available',
    active: false,
    recommended: isRecommended(role, id),
    bytes: totalBytes(download),
    sha256: files.map((file) => file.sha256).join(' '),
  };
}

const nameless = (id: string, role: ModelRole, state: State): ModelSummary => ({
  ...{ id, name: id, role, state },
  origin: 'built-in',
  active: false,
  recommended: isRecommended(role, id),
  ...{ version: '', bytes: 0, sha256: '', license: '', source: '' },
});

const isRecommended = (role: ModelRole, id: string): boolean => recommended[role][0] === id;
