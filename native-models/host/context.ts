import { Queue } from '../../foundation/concurrency.ts';
import type { ManifestOf } from '../../contract/manifest.ts';
import { findVerifier } from '../catalog/verifiers.ts';
import { distance } from '../evaluation/paired.ts';
import { logOddsOf } from '../evaluation/verifier.ts';
import type { Provers } from '../catalog/import/prove-model.ts';
import { openCatalog } from '../catalog/catalog.ts';
import type { Engine } from '../catalog/engine.ts';
import type { FaceStream } from '../faces/face-stream.ts';
import type { FacePipeline } from '../faces/pipeline.ts';
import { Galleries } from '../gallery/galleries.ts';
import { Runtime } from '../runtime/runtime.ts';
import {
  loadBuiltIn,
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

/** Says how much two encodings of one encoder speak for one person. */
export interface Evidence {
  readonly source: 'verifier' | 'curve';
  /** Log-odds at a prior of one half. */
  readonly logOdds: (a: Float32Array, b: Float32Array) => number;
  readonly warnings: readonly string[];
}

/** By the verifier of the encoder where there is one, else by its manifest's curve on distance. */
async function loadEvidence(userModels: string, encoder: ManifestOf<'encoder'>): Promise<Evidence> {
  const { verifier, warnings } = await findVerifier(userModels, encoder);
  if (verifier === null) return { source: 'curve', logOdds: curveOf(encoder), warnings };
  return { source: 'verifier', logOdds: (a, b) => logOddsOf(verifier, a, b), warnings };
}

function curveOf({ task }: ManifestOf<'encoder'>): Evidence['logOdds'] {
  const { slope, midpoint } = task.probability;
  return (a, b) => slope * (midpoint - distance(a, b));
}

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
