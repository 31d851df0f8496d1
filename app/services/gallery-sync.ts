import {
  readGallery,
  readExclusions,
  type ModelKey,
  type ReadableStore,
  type Store,
} from '../../db/store.ts';
import type {
  EncoderInfo,
  GalleryCandidate,
  GalleryExclusions,
  GalleryTemplates,
  HostStart,
  ModelHost,
} from '../model-host/types.ts';

/** Which templates are comparable, and how many values each has. */
type Encoder = Pick<EncoderInfo, 'id' | 'version' | 'dimension'>;

interface LoadedGallery {
  readonly encoder: Encoder;
  /** The highest template number that was sent. Numbers grow in the order of commits. */
  readonly highest: number;
  readonly size: number;
  /** Templates that were left out because they cannot be compared. */
  readonly damaged: number;
  /** Faces that were excluded from being somebody. */
  readonly exclusions: number;
}

interface SearchOptions {
  readonly top: number;
  readonly signal?: AbortSignal;
}

/**
 * Keeps the host's galleries what the database says. The database is the truth: a gallery is fed
 * from it before the first search of its model, again after a restart of the host and whenever
 * another process has written; own writes are passed on one by one.
 */
export class GallerySync {
  readonly #store: Store;
  readonly #host: ModelHost;
  readonly #loaded = new Map<string, LoadedGallery>();
  #foreignVersion: number;
  #last: Promise<unknown> = Promise.resolve();
  /** Of this process of the host. */
  #inUse: EncoderInfo | null = null;

  constructor(store: Store, host: ModelHost) {
    this.#store = store;
    this.#host = host;
    this.#foreignVersion = store.foreignVersion();
    host.onStart((start) => this.#feedAgain(start));
    // The next process may have another encoder.
    host.onState(({ kind }) => {
      if (kind !== 'ready') this.#inUse = null;
    });
  }

  /**
   * The gallery of the encoder in use, as the database has it now, ready in the host.
   *
   * @throws LikenessError those of the host
   */
  async current(
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Pick<LoadedGallery, 'size' | 'damaged'>> {
    this.#inUse ??= (await this.#host.request('warmUp', {}, options)).encoder;
    const encoder = this.#inUse;
    return this.#inOrder(() => this.#upToDate(encoder));
  }

  /**
   * Per probe the nearest template of each of the `top` nearest people, nearest first.
   *
   * @param probes float32[probes × dimension] of the encoder given
   */
  async search(
    encoder: Encoder,
    probes: Float32Array,
    { top, ...options }: SearchOptions,
  ): Promise<readonly (readonly GalleryCandidate[])[]> {
    const { size } = await this.#inOrder(() => this.#upToDate(encoder));
    if (size === 0 || probes.length === 0) return [];
    const payload = { ...hostKey(encoder), probes, top };
    return (await this.#host.request('gallerySearch', payload, options)).matches;
  }

  /** Passes templates on that have just been committed by this process. */
  async add(encoder: Encoder, templates: GalleryTemplates): Promise<void> {
    await this.#passOn(async () => {
      const loaded = this.#loaded.get(keyOf(encoder));
      const highest = templates.templateIds.at(-1);
      // A gallery that was read after the commit has them already.
      if (loaded === undefined || highest === undefined || highest <= loaded.highest) return;
      const { size } = await this.#host.request('galleryAdd', { ...hostKey(encoder), templates });
      this.#loaded.set(keyOf(encoder), { ...loaded, highest, size });
    });
  }

  /** Passes on that templates are gone. */
  async remove(templateIds: readonly number[]): Promise<void> {
    await this.#passOn(async () => {
      if (this.#loaded.size === 0) return;
      // Exclusions may have gone with a person.
      if ([...this.#loaded.values()].some(({ exclusions }) => exclusions > 0)) {
        this.forget();
        return;
      }
      await this.#host.request('galleryRemove', { templateIds: Int32Array.from(templateIds) });
    });
  }

  /** Reloads everything before the next search. */
  forget(): void {
    this.#loaded.clear();
  }

  async #upToDate(encoder: Encoder): Promise<LoadedGallery> {
    // Asked before reading: what is written in between is noticed by the next search.
    const version = this.#store.foreignVersion();
    if (version !== this.#foreignVersion) this.forget();
    this.#foreignVersion = version;
    return this.#loaded.get(keyOf(encoder)) ?? (await this.#feed(encoder, this.#host));
  }

  async #feed(encoder: Encoder, host: Pick<ModelHost, 'request'>): Promise<LoadedGallery> {
    const { templates, damaged, exclusions } = this.#store.read((tables) => {
      const { damaged: count, ...rows } = readGallery(tables, encoder);
      return { templates: rows, damaged: count, exclusions: exclusionsOf(tables, encoder) };
    });
    const { dimension } = encoder;
    const payload = { ...hostKey(encoder), dimension, templates, exclusions };
    const { size } = await host.request('galleryLoad', payload);
    const highest = Math.max(0, templates.templateIds.at(-1) ?? 0);
    const count = exclusions.personIds.length;
    const loaded = { encoder, highest, size, damaged, exclusions: count };
    this.#loaded.set(keyOf(encoder), loaded);
    return loaded;
  }

  /** A new process has no gallery; searches that wait for it must not find it empty. */
  async #feedAgain(start: HostStart): Promise<void> {
    const encoders = [...this.#loaded.values()].map(({ encoder }) => encoder);
    this.#inUse = null;
    this.forget();
    for (const encoder of encoders) await this.#feed(encoder, start);
  }

  /** What cannot be passed on is read from the database before the next search. */
  async #passOn(work: () => Promise<void>): Promise<void> {
    await this.#inOrder(work).catch(() => {
      this.forget();
    });
  }

  /** One change of the galleries at a time, in the order of the commits that caused them. */
  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function exclusionsOf(tables: ReadableStore, encoder: Encoder): GalleryExclusions {
  const rows = readExclusions(tables, encoder);
  const encodings = new Float32Array(rows.length * encoder.dimension);
  rows.forEach(({ encoding }, row) => encodings.set(encoding, row * encoder.dimension));
  return { personIds: Int32Array.from(rows, ({ personId }) => personId), encodings };
}

const keyOf = ({ id, version }: ModelKey): string => JSON.stringify([id, version]);
const hostKey = ({ id, version }: ModelKey) => ({ modelId: id, modelVersion: version });
