import type { Handlers } from '../handler.ts';

type ModelHandlers = Pick<Handlers, 'listModels' | 'verifyModels' | 'fetchModel' | 'importModel'>;

export const modelHandlers: ModelHandlers = {
  listModels: async ({ catalog }) => ({ models: await catalog.list() }),

  verifyModels: ({ catalog, provers }) => catalog.verify(provers),

  fetchModel: ({ catalog }, { id, from }, { signal, report }) =>
    catalog.fetch(id, { signal, onProgress: report, ...(from !== undefined && { from }) }),

  importModel: ({ catalog, provers }, request) => catalog.importModel(request, provers),
};
