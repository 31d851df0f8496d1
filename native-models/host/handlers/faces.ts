import type { ManifestOf } from '../../catalog/manifest.ts';
import type { Handlers } from '../handler.ts';
import type { EncoderInfo } from '../protocol.ts';

type FaceHandlers = Pick<Handlers, 'warmUp' | 'analyse' | 'track' | 'endTrack'>;

export const faceHandlers: FaceHandlers = {
  warmUp: async ({ faces, runtime }) => {
    const { encoder } = await faces();
    return { encoder: infoOf(encoder), provider: runtime.provider, warnings: runtime.warnings };
  },

  analyse: async ({ faces, runtime }, payload, { signal }) => {
    const pipeline = await faces();
    const analysis = await pipeline.analyse({ ...payload, signal });
    return {
      ...analysis,
      encoder: infoOf(pipeline.encoder),
      provider: runtime.provider,
      warnings: runtime.warnings,
    };
  },

  track: async ({ faces, runtime, streams, galleries }, { stream, frame, top }) => {
    const pipeline = await faces();
    const open = streams.get(stream) ?? pipeline.openStream();
    streams.set(stream, open);
    const { width, height, faces: seen } = await open.next(frame);
    const manifest = pipeline.encoder;
    const gallery = { modelId: manifest.id, modelVersion: manifest.version };
    return {
      width,
      height,
      faces: seen.map((face) =>
        galleries.has(gallery)
          ? { ...face, candidates: galleries.search(gallery, face.encoding, top)[0] ?? [] }
          : face,
      ),
      encoder: infoOf(manifest),
      provider: runtime.provider,
    };
  },

  endTrack: ({ streams }, { stream }) => {
    streams.delete(stream);
    return null;
  },
};

function infoOf({ id, version, task }: ManifestOf<'encoder'>): EncoderInfo {
  const { dimension, thresholds, probability } = task;
  return { id, version, dimension, thresholds, probability };
}
