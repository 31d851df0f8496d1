import type { Network } from '../faces/network.ts';
import { retryable } from './retryable.ts';

/** An encoder whose session holds native memory until it is disposed of. */
export interface OpenedEncoder {
  readonly network: Network<'encoder'>;
  readonly dispose: () => Promise<void>;
}

interface Entry {
  readonly load: () => Promise<OpenedEncoder>;
  opened: OpenedEncoder | null;
  /** Who works with it now; a session that runs must not be freed. */
  users: number;
  closed: boolean;
}

/** Encoders that are open beside the one in use. */
export class OpenEncoders {
  readonly #open: (id: string) => Promise<OpenedEncoder>;
  readonly #entries = new Map<string, Entry>();

  constructor(open: (id: string) => Promise<OpenedEncoder>) {
    this.#open = open;
  }

  /**
   * Works with encoders, each opened at its first use; a failed attempt is made again at the next.
   *
   * @throws what opening throws, and the work.
   */
  async use<T>(
    ids: readonly string[],
    work: (networks: readonly Network<'encoder'>[]) => Promise<T>,
  ): Promise<T> {
    const entries = ids.map((id) => this.#entryOf(id));
    entries.forEach((entry) => (entry.users += 1));
    try {
      const opened = await Promise.all(entries.map(({ load }) => load()));
      return await work(opened.map(({ network }) => network));
    } finally {
      entries.forEach((entry) => (entry.users -= 1));
      await Promise.all(entries.map(freeUnused));
    }
  }

  /** Frees an encoder as soon as nobody works with it; whoever wants it later opens it anew. */
  async close(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    entry.closed = true;
    await freeUnused(entry);
  }

  #entryOf(id: string): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const load = retryable(async () => (entry.opened = await this.#open(id)));
    const entry: Entry = { load, opened: null, users: 0, closed: false };
    this.#entries.set(id, entry);
    return entry;
  }
}

async function freeUnused(entry: Entry): Promise<void> {
  if (!entry.closed || entry.users > 0) return;
  const { opened } = entry;
  entry.opened = null;
  await opened?.dispose();
}
