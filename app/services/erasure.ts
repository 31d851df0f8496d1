import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CommandOutput } from '../../contract/commands.ts';
import { removeUnfinished } from '../../foundation/files/output-file.ts';
import { storeMarks } from '../../foundation/files/store-files.ts';
import { listJobs, type Obstacle, type ScrubReport, type Store } from '../../db/store.ts';
import { pictureFolder } from './picture-names.ts';
import { checkpointFolder, picturesOf } from './painting/painting-queue.ts';

/** Milliseconds between the attempts that a deletion waits for: most who read are done soon. */
const AT_ONCE = [20, 50, 100, 200, 400];
/** Milliseconds until the next attempt afterwards, doubled up to the second. */
const FIRST_RETRY = 1000;
const LAST_RETRY = 60_000;

/** Has what was deleted leave the disk, and goes on trying until it has. */
export class Erasure {
  readonly #store: Store;
  #timer: NodeJS.Timeout | null = null;
  #delay = FIRST_RETRY;
  #closed = false;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Scrubs now, within about a second; what cannot be done by then is done later. */
  async now(): Promise<ScrubReport> {
    await this.#removeUnfinished();
    let report = this.#store.scrub();
    const removed = [...report.removed];
    for (const delay of AT_ONCE) {
      if (report.done) break;
      await pause(delay);
      report = this.#store.scrub();
      removed.push(...report.removed);
    }
    await removeSetAside(this.#store);
    if (!report.done) this.#retryLater();
    return { ...report, removed };
  }

  /** Scrubs, without waiting, where something is due or dead processes have left something. */
  async tidy(): Promise<void> {
    await this.#removeUnfinished();
    const { done } = this.#store.scrub();
    await removeSetAside(this.#store);
    if (done) this.#delay = FIRST_RETRY;
    else this.#retryLater();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #retryLater(): void {
    if (this.#closed || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#delay = Math.min(LAST_RETRY, this.#delay * 2);
      void this.tidy().catch(() => undefined);
    }, this.#delay).unref();
  }

  async #removeUnfinished(): Promise<void> {
    for (const folder of [pictureFolder(this.#store), checkpointFolder(this.#store)])
      await removeUnfinished(folder);
  }
}

/** States of paintings that a restore has set aside go with the former database that knows them. */
async function removeSetAside(store: Store): Promise<void> {
  const folder = checkpointFolder(store);
  const mark = path.basename(store.file) + storeMarks.restore;
  const kept = new Set(await readdir(path.dirname(store.file)).catch(() => []));
  for (const name of await readdir(folder).catch(() => []))
    if (name.startsWith(mark) && !kept.has(name))
      await rm(path.join(folder, name), { recursive: true, force: true });
}

type Receipt = CommandOutput<'people.delete'>['receipt'];

/** Photos of a person, as far as they may lie in the data folder. */
interface PhotosOf {
  /** SHA-256 of each file, hexadecimal. */
  readonly hashes: readonly string[];
  /** Where each came from. */
  readonly sources: readonly string[];
}

/**
 * Removes the photos of a person that were handed over as pictures, except for those that a painting
 * is made from; gives those, and the paintings, which belong to the user.
 */
export async function removePicturesOf(
  store: Store,
  { hashes, sources }: PhotosOf,
): Promise<Receipt['remaining']> {
  const folder = pictureFolder(store);
  const names = await readdir(folder).catch(() => []);
  const own = names
    .filter((name) => hashes.some((hash) => name.startsWith(hash)))
    .map((name) => path.join(folder, name));
  const shown = new Set([...own, ...sources].map((file) => path.resolve(file)));
  const paintings = store
    .read(listJobs)
    .filter(({ settings }) => picturesOf(settings).some((file) => shown.has(path.resolve(file))));
  const needed = new Set(paintings.flatMap(({ settings }) => picturesOf(settings)));
  const kept: string[] = [];
  for (const file of own)
    if (needed.has(file)) kept.push(file);
    else await rm(file, { force: true }).catch(() => kept.push(file));
  return [
    ...kept.map((file) => ({ file, kind: 'picture' as const })),
    ...paintings.map(({ output }) => ({ file: output, kind: 'painting' as const })),
  ];
}

const reasons: Readonly<Record<Obstacle, string>> = {
  'in-use': 'another program is reading the database',
  'disk-full': 'the disk has no room to write the database anew',
  unwritable: 'a file could not be written or removed',
};

/** For the doctor: what was deleted and is still on the disk. */
export function erasureWarnings(store: Store): string[] {
  const due = store.dueErasure();
  if (due === null) return [];
  const reason = due.obstacle === null ? '' : `: ${reasons[due.obstacle]}`;
  return [
    `What was deleted at ${due.since} or later is still in the files of the database${reason}. ` +
      'Likeness tries again by itself; close other programs that read the database.',
  ];
}
