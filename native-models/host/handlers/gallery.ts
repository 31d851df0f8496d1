import type { Handlers } from '../handler.ts';

type GalleryHandlers = Pick<
  Handlers,
  'galleryLoad' | 'galleryAdd' | 'galleryRemove' | 'gallerySearch'
>;

export const galleryHandlers: GalleryHandlers = {
  galleryLoad: ({ galleries }, { modelId, modelVersion, dimension, templates }) => ({
    size: galleries.load({ modelId, modelVersion }, dimension, templates),
  }),

  galleryAdd: ({ galleries }, { modelId, modelVersion, templates }) => ({
    size: galleries.add({ modelId, modelVersion }, templates),
  }),

  galleryRemove: ({ galleries }, { templateIds }) => {
    galleries.remove(templateIds);
    return null;
  },

  gallerySearch: ({ galleries }, { modelId, modelVersion, probes, top }) => ({
    matches: galleries.search({ modelId, modelVersion }, probes, top),
  }),
};
