import type { Handlers } from '../handler.ts';

type ModelHandlers = Pick<Handlers, 'listModels' | 'verifyModels' | 'fetchModel' | 'importModel'>;

export const modelHandlers: ModelHandlers = {
  listModels: async ({ catalog }) => ({ models: await catalog.list() }),

  verifyModels: ({ catalog, openModel }) => catalog.verify(openModel),

  fetchModel: ({ catalog }, { id, from }, { signal, report }) =>
    catalog.fetch(id, { signal, onProgress: report, ...(from !== undefined && { from }) }),

  importModel: ({ catalog, openModel }, paths) => catalog.importModel(paths, openModel),
};
