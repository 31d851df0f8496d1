import type { Provers } from '../catalog/import/prove-model.ts';
import { openCatalog, type Catalog } from '../catalog/catalog.ts';
import type { FaceStream } from '../faces/face-stream.ts';
import type { FacePipeline } from '../faces/pipeline.ts';
import { Galleries } from '../gallery/galleries.ts';
import { Runtime } from '../runtime/runtime.ts';
import { loadEvidence, type Evidence } from './evidence.ts';
import { loadBuiltIn, loadRecognition, openEncoder, trialOnFaces } from './load-recognition.ts';
import { OpenEncoders } from './open-encoders.ts';
import type { HostConfiguration } from '../../contract/host.ts';
import { Queue } from './queue.ts';
import { retryable } from './retryable.ts';

/** While one photo is computed on all cores, the next may be read and decoded. */
const PHOTOS_AT_ONCE = 2;

export interface Video {
  readonly stream: FaceStream;
  /** Frames follow each other, one at a time. */
  readonly frames: Queue;
}

/** What handlers work with; one per process. */
export interface HostContext {
  readonly catalog: Catalog;
  readonly runtime: Runtime;
  readonly galleries: Galleries;
  readonly provers: Provers;
  /** Where models of the user's own are kept. */
  readonly userModels: string;
  /** Where photos wait for their turn. */
  readonly photos: Queue;
  /** Videos that are being watched, by the shell's name for them. */
  readonly streams: Map<string, Video>;
  /** Loaded at the first call; a failed attempt is made again at the next. */
  readonly faces: () => Promise<FacePipeline>;
  /** Any of the catalog, beside the one in use. */
  readonly encoders: OpenEncoders;
  /** Likewise: of the encoder in use. */
  readonly evidence: () => Promise<Evidence>;
}

export function createContext(configuration: HostConfiguration): HostContext {
  const { builtInModels, userModels, detector, encoder, provider, role, samples } = configuration;
  const chosen = {
    ...(detector !== undefined && { detector }),
    ...(encoder !== undefined && { encoder }),
  };
  const catalog = openCatalog({ builtInModels, userModels, chosen });
  // The graphs that paint are large, and each is run on pictures of one size.
  const runtime = new Runtime({ provider, memoryPattern: role !== 'studio' });
  const faces = retryable(() => loadRecognition(catalog, runtime));
  return {
    catalog,
    runtime,
    galleries: new Galleries(),
    userModels,
    photos: new Queue(PHOTOS_AT_ONCE),
    streams: new Map(),
    provers: {
      open: (bytes, name) => runtime.open({ bytes, name }),
      ...(samples === undefined
        ? {}
        : {
            tryOnFaces: trialOnFaces(
              samples,
              retryable(() => loadBuiltIn(builtInModels, runtime)),
            ),
          }),
    },
    faces,
    encoders: new OpenEncoders((id) => openEncoder(id, catalog, runtime)),
    evidence: retryable(async () => loadEvidence(userModels, (await faces()).encoder)),
  };
}
