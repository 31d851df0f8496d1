import type { ManifestOf } from '../../../contract/manifest.ts';
import type { FacePipeline } from '../../faces/pipeline.ts';
import type { Video } from '../context.ts';
import type { Handlers } from '../handler.ts';
import type { EncoderInfo } from '../../../contract/host.ts';
import { Queue } from '../queue.ts';
import { weigh } from './gallery.ts';

type FaceHandlers = Pick<
  Handlers,
  'warmUp' | 'analyze' | 'openEncoder' | 'closeEncoder' | 'encodeWith' | 'track' | 'endTrack'
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
