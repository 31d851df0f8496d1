import { readGallery, type ModelKey, type Store } from '../../db/store.ts';
import type {
  EncoderInfo,
  GalleryCandidate,
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

  constructor(store: Store, host: ModelHost) {
    this.#store = store;
    this.#host = host;
    this.#foreignVersion = store.foreignVersion();
    host.onStart((start) => this.#feedAgain(start));
  }

  /**
   * Per probe the nearest template of each of the `top` nearest people, nearest first.
   *
   * @param probes float32[probes × dimension] of the encoder given.
   * @returns also the numbers of templates and of people that were searched.
   */
  async search(
    encoder: Encoder,
    probes: Float32Array,
    { top, ...options }: SearchOptions,
  ): Promise<{ size: number; people: number; matches: readonly (readonly GalleryCandidate[])[] }> {
    const { size } = await this.#inOrder(() => this.#upToDate(encoder));
    if (size === 0 || probes.length === 0) return { size, people: 0, matches: [] };
    const payload = { ...hostKey(encoder), probes, top };
    const { matches, people } = await this.#host.request('gallerySearch', payload, options);
    return { size, people, matches };
  }

  /** Has the gallery of the encoder in the host be what the database says. */
  async prepare(encoder: Encoder): Promise<void> {
    await this.#inOrder(() => this.#upToDate(encoder));
  }

  /** Passes templates on that have just been committed by this process. */
  async add(encoder: Encoder, templates: GalleryTemplates): Promise<void> {
    await this.#passOn(async () => {
      const loaded = this.#loaded.get(keyOf(encoder));
      const highest = templates.templateIds.at(-1);
      // A gallery that was read after the commit has them already.
      if (loaded === undefined || highest === undefined || highest <= loaded.highest) return;
      const { size } = await this.#host.request('galleryAdd', { ...hostKey(encoder), templates });
      this.#loaded.set(keyOf(encoder), { encoder, highest, size });
    });
  }

  /** Passes on that templates are gone. */
  async remove(templateIds: readonly number[]): Promise<void> {
    await this.#passOn(async () => {
      if (this.#loaded.size === 0) return;
      await this.#host.request('galleryRemove', { templateIds: Int32Array.from(templateIds) });
    });
  }

  /** Has everything read again before the next search. */
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
    const templates = this.#store.read((tables) => readGallery(tables, encoder));
    const { dimension } = encoder;
    const payload = { ...hostKey(encoder), dimension, templates };
    const { size } = await host.request('galleryLoad', payload);
    const loaded = { encoder, highest: templates.templateIds.at(-1) ?? 0, size };
    this.#loaded.set(keyOf(encoder), loaded);
    return loaded;
  }

  /** A new process has no gallery; searches that wait for it must not find it empty. */
  async #feedAgain(start: HostStart): Promise<void> {
    const encoders = [...this.#loaded.values()].map(({ encoder }) => encoder);
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

const keyOf = ({ id, version }: ModelKey): string => JSON.stringify([id, version]);
const hostKey = ({ id, version }: ModelKey) => ({ modelId: id, modelVersion: version });
