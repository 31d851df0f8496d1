import {
  readGallery,
  readImpostors,
  type ModelKey,
  type ReadableStore,
  type Store,
} from '../../db/store.ts';
import type {
  EncoderInfo,
  GalleryCandidate,
  GalleryTemplates,
  HostStart,
  ModelHost,
} from '../model-host/types.ts';
import { isExample, notPerson, ownThresholds } from './mix-ups/exclusions.ts';

/** Which templates are comparable, and how many values each has. */
type Encoder = Pick<EncoderInfo, 'id' | 'version' | 'dimension'>;

interface LoadedGallery {
  readonly encoder: Encoder;
  /** The highest template number that was sent. Numbers grow in the order of commits. */
  readonly highest: number;
  /** Templates, without examples of whom somebody is not. */
  readonly size: number;
  /** Templates that were left out because they cannot be compared. */
  readonly damaged: number;
  readonly examples: Examples;
}

/** What stands in a gallery besides templates (see [Note: examples in the gallery]). */
interface Examples {
  readonly count: number;
  /** Of whom there are examples. */
  readonly people: number;
  /** Person → the threshold of their own that the examples give them. */
  readonly own: ReadonlyMap<number, number>;
}

interface SearchResult {
  /** Templates and people that were searched, without examples. */
  readonly size: number;
  /** Templates that were left out because they cannot be compared. */
  readonly damaged: number;
  readonly people: number;
  readonly matches: readonly (readonly GalleryCandidate[])[];
  readonly own: ReadonlyMap<number, number>;
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
   * Per probe the nearest template of each of the `top` nearest people, nearest first, and among
   * them the nearest example of whom each is not.
   *
   * @param probes float32[probes × dimension] of the encoder given.
   */
  async search(
    encoder: Encoder,
    probes: Float32Array,
    { top, ...options }: SearchOptions,
  ): Promise<SearchResult> {
    const { size, damaged, examples } = await this.#inOrder(() => this.#upToDate(encoder));
    const { own } = examples;
    if (size === 0 || probes.length === 0) return { size, damaged, people: 0, matches: [], own };
    const payload = { ...hostKey(encoder), probes, top: top + examples.people };
    const { matches, people } = await this.#host.request('gallerySearch', payload, options);
    return { size, damaged, people: people - examples.people, matches, own };
  }

  /**
   * Has the gallery of the encoder in the host be what the database says; gives what it holds of
   * examples, whose people are candidates of their own there.
   */
  async prepare(encoder: Encoder): Promise<Pick<Examples, 'people' | 'own'>> {
    return (await this.#inOrder(() => this.#upToDate(encoder))).examples;
  }

  /** Passes templates on that have just been committed by this process. */
  async add(encoder: Encoder, templates: GalleryTemplates): Promise<void> {
    await this.#passOn(async () => {
      const loaded = this.#loaded.get(keyOf(encoder));
      const highest = templates.templateIds.at(-1);
      // A gallery that was read after the commit has them already.
      if (loaded === undefined || highest === undefined || highest <= loaded.highest) return;
      // What examples mean depends on the templates of their people.
      if (loaded.examples.count > 0) {
        this.forget();
        return;
      }
      const { size } = await this.#host.request('galleryAdd', { ...hostKey(encoder), templates });
      this.#loaded.set(keyOf(encoder), { ...loaded, highest, size });
    });
  }

  /** Passes on that templates are gone. */
  async remove(templateIds: readonly number[]): Promise<void> {
    await this.#passOn(async () => {
      if (this.#loaded.size === 0) return;
      // Examples may have gone with a person, and what they mean has changed.
      if ([...this.#loaded.values()].some(({ examples }) => examples.count > 0)) {
        this.forget();
        return;
      }
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
    const { templates, damaged, own } = this.#store.read((tables) => ({
      ...withExamples(tables, encoder),
      own: ownThresholds(tables, encoder),
    }));
    const { dimension } = encoder;
    const payload = { ...hostKey(encoder), dimension, templates };
    const { size } = await host.request('galleryLoad', payload);
    const examples = { ...countExamples(templates), own };
    const highest = Math.max(0, templates.templateIds.at(-1) ?? 0);
    const loaded = { encoder, highest, size: size - examples.count, damaged, examples };
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

/** Examples come first, under numbers below 0. */
function withExamples(
  tables: ReadableStore,
  encoder: Encoder,
): { readonly templates: GalleryTemplates; readonly damaged: number } {
  const { damaged, ...templates } = readGallery(tables, encoder);
  const examples = readImpostors(tables, encoder);
  if (examples.length === 0) return { templates, damaged };
  const all = {
    templateIds: Int32Array.of(...examples.map(({ id }) => -id), ...templates.templateIds),
    personIds: Int32Array.of(
      ...examples.map(({ personId }) => notPerson(personId)),
      ...templates.personIds,
    ),
    encodings: joined([...examples.map(({ encoding }) => encoding), templates.encodings]),
  };
  return { templates: all, damaged };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function countExamples({ personIds }: GalleryTemplates): Omit<Examples, 'own'> {
  const people = [...personIds].filter((personId) => isExample({ personId }));
  return { count: people.length, people: new Set(people).size };
}

const keyOf = ({ id, version }: ModelKey): string => JSON.stringify([id, version]);
const hostKey = ({ id, version }: ModelKey) => ({ modelId: id, modelVersion: version });
