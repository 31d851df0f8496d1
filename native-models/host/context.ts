import { Queue } from '../../foundation/concurrency.ts';
import type { Evidence } from '../evaluation/verifier.ts';
import type { Provers } from '../catalog/import/prove-model.ts';
import { openCatalog } from '../catalog/catalog.ts';
import type { Engine } from '../catalog/engine.ts';
import type { FaceStream } from '../faces/face-stream.ts';
import type { FacePipeline } from '../faces/pipeline.ts';
import { Galleries } from '../gallery/galleries.ts';
import { Runtime } from '../runtime/runtime.ts';
import {
  loadBuiltIn,
  loadEvidence,
  loadRecognition,
  openEncoder,
  trialOnFaces,
  OpenEncoders,
  retryable,
} from '../faces/open-models.ts';
import type { RequestContext } from '../../contract/rpc.ts';
import type {
  HostConfiguration,
  HostMethod,
  HostPayload,
  HostResult,
} from '../../contract/host.ts';

/** While one photo is computed on all cores, the next may be read and decoded. */
const PHOTOS_AT_ONCE = 2;

export interface Video {
  readonly stream: FaceStream;
  /** Frames follow each other, one at a time. */
  readonly frames: Queue;
}

/** What handlers work with; one per process. */
export interface HostContext extends Engine {
  readonly galleries: Galleries;
  readonly provers: Provers;
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

/** Answers one method of the protocol. Refusals are LikenessErrors. */
export type Handler<M extends HostMethod> = (
  host: HostContext,
  payload: HostPayload<M>,
  request: RequestContext,
) => Promise<HostResult<M>> | HostResult<M>;

export type Handlers = { readonly [M in HostMethod]: Handler<M> };
