import type { Candidate } from '../../gallery/gallery-index.ts';
import type { EncoderVersion, Galleries } from '../../gallery/galleries.ts';
import type { Evidence } from '../evidence.ts';
import type { Handlers } from '../handler.ts';
import type { GalleryCandidate } from '../../../contract/host.ts';

type GalleryHandlers = Pick<
  Handlers,
  'galleryLoad' | 'galleryAdd' | 'galleryRemove' | 'gallerySearch' | 'weighPairs'
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

  gallerySearch: async ({ galleries, evidence }, { modelId, modelVersion, probes, top }) => {
    const gallery = { modelId, modelVersion };
    const found = galleries.search(gallery, probes, top);
    const dimension = found.length === 0 ? 0 : probes.length / found.length;
    const weights = await evidence();
    const matches = found.map((candidates, i) =>
      weigh(galleries, gallery, weights, {
        probe: probes.subarray(i * dimension, (i + 1) * dimension),
        candidates,
      }),
    );
    return { matches, people: galleries.people(gallery) };
  },

  weighPairs: async ({ evidence, faces }, { a, b }) => {
    const { logOdds, source, warnings } = await evidence();
    const { dimension } = (await faces()).encoder.task;
    const row = (rows: Float32Array, i: number) =>
      rows.subarray(i * dimension, (i + 1) * dimension);
    const pairs = Math.floor(a.length / dimension);
    const weighed = Float64Array.from({ length: pairs }, (_, i) => logOdds(row(a, i), row(b, i)));
    return { logOdds: weighed, source, warnings };
  },
};

interface Searched {
  readonly probe: Float32Array;
  readonly candidates: readonly Candidate[];
}

/** What the search has found, with what the encodings of each candidate say by themselves. */
export const weigh = (
  galleries: Galleries,
  gallery: EncoderVersion,
  { logOdds }: Evidence,
  { probe, candidates }: Searched,
): readonly GalleryCandidate[] =>
  candidates.map((candidate) => ({
    ...candidate,
    logOdds: logOdds(probe, galleries.encoding(gallery, candidate.templateId)),
  }));
