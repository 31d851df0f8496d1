import type { Candidate } from '../../gallery/gallery-index.ts';
import type { EncoderVersion, Galleries } from '../../gallery/galleries.ts';
import { Queue } from '../../../foundation/concurrency.ts';
import type { Evidence } from '../../evaluation/verifier.ts';
import type { Handlers, Video } from '../context.ts';
import type { GalleryCandidate, EncoderInfo } from '../../../contract/host.ts';
import type { ManifestOf } from '../../../contract/manifest.ts';
import type { FacePipeline } from '../../faces/pipeline.ts';

type GalleryHandlers = Pick<
  Handlers,
  'galleryLoad' | 'galleryAdd' | 'galleryRemove' | 'gallerySearch' | 'weighPairs'
>;

export const galleryHandlers: GalleryHandlers = {
  galleryLoad: ({ galleries }, { modelId, modelVersion, dimension, templates, exclusions }) => ({
    size: galleries.load({ modelId, modelVersion }, dimension, templates, exclusions),
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

type FaceHandlers = Pick<
  Handlers,
  | 'warmUp'
  | 'analyze'
  | 'identify'
  | 'openEncoder'
  | 'closeEncoder'
  | 'encodeWith'
  | 'track'
  | 'endTrack'
>;

export const faceHandlers: FaceHandlers = {
  warmUp: async ({ faces, runtime }) => {
    const { encoder } = await faces();
    return { encoder: infoOf(encoder), provider: runtime.provider, warnings: runtime.warnings };
  },

  analyze: async ({ faces, runtime, photos }, payload, { signal }) => {
    const pipeline = await faces();
    const analysis = await photos.run(() => pipeline.analyze({ ...payload, signal }), signal);
    return {
      ...analysis,
      encoder: infoOf(pipeline.encoder),
      provider: runtime.provider,
      warnings: runtime.warnings,
    };
  },

  identify: async ({ faces, runtime, photos, galleries, evidence }, { image, top }, { signal }) => {
    const pipeline = await faces();
    const { encoder: manifest } = pipeline;
    const gallery = { modelId: manifest.id, modelVersion: manifest.version };
    const request = { image, encode: 'all', subject: 'central', signal } as const;
    const analysis = await photos.run(() => pipeline.analyze(request), signal);
    const weights = await evidence();
    return {
      ...analysis,
      faces: analysis.faces.map(({ encoding, box, score, landmarks, quality }) => {
        const candidates = galleries.search(gallery, encoding!, top)[0]!;
        const searched = { probe: encoding!, candidates };
        const named = weigh(galleries, gallery, weights, searched);
        return { box, score, landmarks, quality, candidates: named };
      }),
      people: galleries.people(gallery),
      encoder: infoOf(manifest),
      provider: runtime.provider,
      warnings: runtime.warnings,
    };
  },

  openEncoder: ({ encoders }, { id }) =>
    encoders.use([id], ([encoder]) => Promise.resolve({ encoder: infoOf(encoder!.manifest) })),

  closeEncoder: async ({ encoders }, { id }) => {
    await encoders.close(id);
    return null;
  },

  encodeWith: async (host, { encoders: ids, ...photo }, { signal }) => {
    const { faces, encoders, photos, runtime } = host;
    const pipeline = await faces();
    return await encoders.use(ids, async (networks) => {
      const request = { ...photo, encoders: networks, signal };
      const found = await photos.run(() => pipeline.encodeWith(request), signal);
      const encodings = found.encodings.map((each, i) => ({
        ...each,
        encoder: infoOf(networks[i]!.manifest),
      }));
      return { faces: found.faces, encodings, provider: runtime.provider };
    });
  },

  track: async (
    { faces, runtime, streams, galleries, evidence },
    { stream, frame, top, eager, firstTrack },
    { signal },
  ) => {
    const pipeline = await faces();
    const video = streams.get(stream) ?? openVideo(pipeline, firstTrack);
    streams.set(stream, video);
    const seen = await video.frames.run(() => video.stream.next(frame, eager), signal);
    const manifest = pipeline.encoder;
    const gallery = { modelId: manifest.id, modelVersion: manifest.version };
    const isOpen = galleries.has(gallery);
    const weights = await evidence();
    return {
      faces: seen.map(({ encoding, ...face }) => {
        if (!isOpen) return face;
        const candidates = galleries.search(gallery, encoding, top)[0] ?? [];
        const searched = { probe: encoding, candidates };
        return { ...face, candidates: weigh(galleries, gallery, weights, searched) };
      }),
      people: isOpen ? galleries.people(gallery) : 0,
      encoder: infoOf(manifest),
      provider: runtime.provider,
    };
  },

  endTrack: ({ streams }, { stream }) => {
    streams.delete(stream);
    return null;
  },
};

const openVideo = (pipeline: FacePipeline, firstTrack?: number): Video => ({
  stream: pipeline.openStream(firstTrack),
  frames: new Queue(1),
});

function infoOf({ id, version, task }: ManifestOf<'encoder'>): EncoderInfo {
  const { dimension, thresholds, probability } = task;
  return { id, version, dimension, thresholds, probability };
}
