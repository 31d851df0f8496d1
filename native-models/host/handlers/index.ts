import type { Handlers } from '../context.ts';
import { runtimeVersion } from '../../runtime/providers.ts';
import { proveProviders } from '../../runtime/proof.ts';
import { trainEncoder } from '../../training/encoder-by-distillation/from-photos.ts';
import { trainStyleEncoder } from '../../training/style-encoder/from-pictures.ts';
import { trainTriplets } from '../../training/encoder-by-triplets/from-photos.ts';
import { trainVerifier } from '../../training/verifier/from-photos.ts';
import { evaluationHandlers } from './evaluation.ts';
import { encoderManifest, loadEvidence } from '../../faces/open-models.ts';
import { faceHandlers, galleryHandlers } from './recognition.ts';
import { graphHandlers } from './graphs.ts';
import { createPainter } from '../../style/paint.ts';
import { paintingHandlers } from './paintings.ts';
import { pictureHandlers } from './pictures.ts';

type ModelHandlers = Pick<Handlers, 'listModels' | 'verifyModels' | 'fetchModel' | 'importModel'>;

const modelHandlers: ModelHandlers = {
  listModels: async ({ catalog }) => ({ models: await catalog.list() }),

  verifyModels: ({ catalog, provers }) => catalog.verify(provers),

  fetchModel: ({ catalog }, { id, from }, { signal, report }) =>
    catalog.fetch(id, { signal, onProgress: report, ...(from !== undefined && { from }) }),

  importModel: ({ catalog, provers }, request) => catalog.importModel(request, provers),
};

const providerHandlers: Pick<Handlers, 'proveProviders'> = {
  proveProviders: async () => ({ runtime: runtimeVersion, providers: await proveProviders() }),
};

const trainingHandlers: Pick<
  Handlers,
  'trainEncoder' | 'trainStyleEncoder' | 'trainTriplets' | 'trainVerifier'
> = { trainEncoder, trainStyleEncoder, trainTriplets, trainVerifier };

/** Method by method, who answers. */
export const handlers: Handlers = {
  ...evaluationHandlers(async ({ catalog, userModels }, { id }) =>
    loadEvidence(userModels, await encoderManifest(id, catalog)),
  ),
  ...faceHandlers,
  ...galleryHandlers,
  ...graphHandlers,
  ...modelHandlers,
  ...pictureHandlers,
  ...paintingHandlers(({ runtime }) => createPainter(runtime)),
  ...providerHandlers,
  ...trainingHandlers,
};
