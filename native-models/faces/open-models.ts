import type { Network, NetworkOutputs, NetworkSession } from './network.ts';
import { openCatalog, type Catalog } from '../catalog/catalog.ts';
import type { TryOnFaces } from '../catalog/import/prove-model.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { ManifestOf, ModelManifest, ModelRole } from '../../contract/manifest.ts';
import type { FaceModels, Detectors, LazyDetector } from './find-faces.ts';
import { proveDetector, proveEncoder, readSampleFaces } from './prove-on-faces.ts';
import { createFacePipeline, type FacePipeline } from './pipeline.ts';
import { helpersOf } from '../catalog/known-models.ts';
import { findVerifier } from '../catalog/verifiers.ts';
import { distance } from '../evaluation/paired.ts';
import { logOddsOf, type Evidence } from '../evaluation/verifier.ts';
import { float32 } from '../graph/tensor.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { OrtSession, NamedTensors } from '../runtime/session.ts';

/** A loader that loads once; a failed attempt is made again at the next call. */
export function retryable<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | null = null;
  return () => {
    loaded ??= load().catch((thrown: unknown) => {
      loaded = null;
      throw thrown;
    });
    return loaded;
  };
}

/** An encoder whose session holds native memory until it is disposed of. */
interface OpenedEncoder {
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

  /** Frees an encoder once nobody uses it. A later use opens it again. */
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

export async function loadRecognition(catalog: Catalog, runtime: Runtime): Promise<FacePipeline> {
  return createFacePipeline(await loadModels(catalog, runtime));
}

/** Opens all that every photo needs, side by side. */
export async function loadModels(catalog: Catalog, runtime: Runtime): Promise<FaceModels> {
  const network = async <R extends ModelRole>(role: R): Promise<Network<R>> =>
    openNetwork<R>(runtime, await catalog.loadActive(role));
  const [first, landmarks, encoder] = await Promise.all([
    network('detector'),
    network('landmarks'),
    network('encoder'),
  ]);
  return { detectors: completeDetectors(first, catalog, runtime), landmarks, encoder };
}

/**
 * The built-in detectors complete each other: where one finds nothing the other looks again, and
 * the fast one follows videos. Any other choice stands alone.
 */
function completeDetectors(
  first: Network<'detector'>,
  catalog: Catalog,
  runtime: Runtime,
): Detectors {
  const { id } = first.manifest;
  const opened = new Map<string, LazyDetector>([[id, () => Promise.resolve(first)]]);
  const other = (wanted: string): LazyDetector => {
    const known = opened.get(wanted) ?? retryable(() => openDetector(wanted, catalog, runtime));
    opened.set(wanted, known);
    return known;
  };
  const helpers = helpersOf(id);
  return {
    first,
    second: helpers === null ? null : other(helpers.second),
    video: other(helpers?.video ?? id),
  };
}

async function openDetector(
  id: string,
  catalog: Catalog,
  runtime: Runtime,
): Promise<Network<'detector'>> {
  const { manifest, bytes } = await catalog.load(id);
  if (!isDetector(manifest))
    throw new LikenessError('model_incompatible', `${manifest.id} is no detector.`);
  return openNetwork(runtime, { manifest, bytes });
}

const isDetector = (manifest: ModelManifest): manifest is ManifestOf<'detector'> =>
  manifest.task.role === 'detector';

/** @throws LikenessError `invalid_input` where the model is no encoder; what loading refuses with. */
export async function openEncoder(
  id: string,
  catalog: Catalog,
  runtime: Runtime,
): Promise<OpenedEncoder> {
  const { manifest, bytes } = await loadEncoder(id, catalog);
  const session = await runtime.open({ bytes, name: manifest.id });
  return {
    network: { manifest, session: floatSession(session) },
    dispose: () => session.dispose(),
  };
}

/** Throws as `openEncoder`. */
export const encoderManifest = async (
  id: string,
  catalog: Catalog,
): Promise<ManifestOf<'encoder'>> => (await loadEncoder(id, catalog)).manifest;

async function loadEncoder(id: string, catalog: Catalog): Promise<Loaded<'encoder'>> {
  const { manifest, bytes } = await catalog.load(id);
  if (isEncoder(manifest)) return { manifest, bytes };
  throw new LikenessError(
    'invalid_input',
    `The model ${id} is of the role ${manifest.task.role}. Name an encoder.`,
    { details: { fields: [{ field: 'id', message: 'is no encoder' }], model: id } },
  );
}

const isEncoder = (manifest: ModelManifest): manifest is ManifestOf<'encoder'> =>
  manifest.task.role === 'encoder';

/** The built-in networks alone, whatever the user has chosen. */
export const loadBuiltIn = (builtInModels: string, runtime: Runtime): Promise<FaceModels> =>
  loadModels(openCatalog({ builtInModels, userModels: '' }), runtime);

/** Tries detectors and encoders on the faces of the sample photos, which are read once. */
export function trialOnFaces(samples: string, builtIn: () => Promise<FaceModels>): TryOnFaces {
  const faces = retryable(async () => {
    const { detectors, landmarks } = await builtIn();
    return readSampleFaces(samples, detectors, landmarks);
  });
  return async (manifest, session) => {
    const network = { session: floatSession(session) };
    if (isDetector(manifest)) return proveDetector({ ...network, manifest }, await faces());
    if (isEncoder(manifest)) return proveEncoder({ ...network, manifest }, await faces());
    return null;
  };
}

interface Loaded<R extends ModelRole> {
  readonly manifest: ManifestOf<R>;
  readonly bytes: Uint8Array;
}

/** A model of the catalog, ready to run. */
export async function openNetwork<R extends ModelRole>(
  runtime: Runtime,
  { manifest, bytes }: Loaded<R>,
): Promise<Network<R>> {
  return { manifest, session: floatSession(await runtime.open({ bytes, name: manifest.id })) };
}

/** Faces are found and encoded in float32 throughout. */
function floatSession(session: OrtSession): NetworkSession {
  return {
    run: async (inputs) => {
      const tensors = Object.entries(inputs).map(
        ([name, { dims, data }]) => [name, float32(dims, data)] as const,
      );
      return floatOutputs(await session.run(Object.fromEntries(tensors)));
    },
  };
}

function floatOutputs(outputs: NamedTensors): NetworkOutputs {
  const floats = Object.entries(outputs).flatMap(([name, tensor]) =>
    tensor.type === 'float32' ? [[name, { dims: tensor.shape, data: tensor.data }] as const] : [],
  );
  return Object.fromEntries(floats);
}

/** By the verifier of the encoder where there is one, else by its manifest's curve on distance. */
export async function loadEvidence(
  userModels: string,
  encoder: ManifestOf<'encoder'>,
): Promise<Evidence> {
  const { verifier, warnings } = await findVerifier(userModels, encoder);
  if (verifier === null) return { source: 'curve', logOdds: curveOf(encoder), warnings };
  return { source: 'verifier', logOdds: (a, b) => logOddsOf(verifier, a, b), warnings };
}

function curveOf({ task }: ManifestOf<'encoder'>): Evidence['logOdds'] {
  const { slope, midpoint } = task.probability;
  return (a, b) => slope * (midpoint - distance(a, b));
}
