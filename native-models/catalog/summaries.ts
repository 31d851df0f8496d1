import { stat } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../../foundation/files/output-file.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import type { ModelSummary } from '../../contract/commands.ts';
import { toLikenessError } from '../../contract/errors.ts';
import { totalBytes, type PinnedDownload } from './transfer.ts';
import { readModel, type Inventory, type ModelEntry } from './model-files.ts';
import { recommendedIds } from './known-models.ts';
import type { ModelRole } from '../../contract/manifest.ts';

type State = ModelSummary['state'];

/**
 * Files that were hashed and found sound, with their sizes, times and places on the disk as they were
 * then; kept beside the user's models, so that a list does not hash hundreds of megabytes again.
 * Whoever loads or verifies a model hashes it all the same.
 */
export class SoundFiles {
  readonly #file: string;
  #stamps: Map<string, string> | null = null;
  #changed = false;

  /** @param folder of the user's models; nothing is kept where it cannot be written to */
  constructor(folder: string) {
    this.#file = path.join(folder, 'sound-files');
  }

  async has(entry: ModelEntry): Promise<boolean> {
    const stamp = await stampOf(entry);
    return stamp !== null && (await this.#read()).get(entry.file) === stamp;
  }

  async add(entry: ModelEntry): Promise<void> {
    const stamp = await stampOf(entry);
    if (stamp === null) return;
    (await this.#read()).set(entry.file, stamp);
    this.#changed = true;
  }

  async save(): Promise<void> {
    if (!this.#changed || this.#stamps === null) return;
    this.#changed = false;
    const text = JSON.stringify(Object.fromEntries(this.#stamps));
    await writeWhole(this.#file, Buffer.from(text)).catch(() => undefined);
  }

  async #read(): Promise<Map<string, string>> {
    this.#stamps ??= await readRegularFile(this.#file, 'state')
      .then((bytes) => JSON.parse(String(bytes)) as Record<string, string>)
      .then(
        (stamps) => new Map(Object.entries(stamps)),
        () => new Map<string, string>(),
      );
    return this.#stamps;
  }
}

/** Changes with whatever is done to the file: nobody can set the time of the last change of its record. */
async function stampOf({ file, manifest }: ModelEntry): Promise<string | null> {
  const stats = await stat(file, { bigint: true }).catch(() => null);
  if (stats === null) return null;
  const { size, mtimeNs, ctimeNs, ino } = stats;
  return [manifest.sha256, size, mtimeNs, ctimeNs, ino].join(' ');
}

/** Everything of the two tables that an overview of models is made from. */
export interface Known {
  readonly builtIn: ReadonlyMap<string, ModelRole>;
  readonly downloads: readonly PinnedDownload[];
}

/** Every model that is here or could be; a file that was found sound is hashed again once it changed. */
export async function summarize(
  inventory: Inventory,
  known: Known,
  isActive: (role: ModelRole, id: string) => boolean,
  sound: SoundFiles,
): Promise<ModelSummary[]> {
  const present: ModelSummary[] = [];
  for (const entry of inventory.entries.values())
    present.push(summaryOf(entry, await stateOf(entry, sound)));
  await sound.save();
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

async function stateOf(entry: ModelEntry, sound: SoundFiles): Promise<State> {
  if (await sound.has(entry)) return 'ready';
  return readModel(entry).then(
    async () => {
      await sound.add(entry);
      return 'ready' as const;
    },
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
    id,
    name,
    version,
    role,
    license,
    source,
    origin: 'download',
    state: broken ? 'corrupt' : 'available',
    active: false,
    recommended: isRecommended(role, id),
    bytes: totalBytes(download),
    sha256: files.map((file) => file.sha256).join(' '),
  };
}

const nameless = (id: string, role: ModelRole, state: State): ModelSummary => ({
  id,
  name: id,
  role,
  state,
  origin: 'built-in',
  active: false,
  recommended: isRecommended(role, id),
  version: '',
  bytes: 0,
  sha256: '',
  license: '',
  source: '',
});

const isRecommended = (role: ModelRole, id: string): boolean => recommendedIds(role)[0] === id;
