import type { ImageSource } from '../contract/values.ts';
import type { EncoderInfo } from '../model-host/types.ts';
import { analyse, distanceBetween, nameOf, probabilityOf, subjectOf } from './analysis.ts';
import type { Handler } from './context.ts';

export const verify: Handler<'verification.verify'> = async ({ host }, payload, call) => {
  const started = performance.now();
  const look = async (image: ImageSource) => {
    const analysis = await analyse(host, image, 'principal', call);
    return { ...analysis, face: subjectOf(analysis, nameOf(image), payload.severalFaces) };
  };
  const [a, b] = await Promise.all([look(payload.a), look(payload.b)]);
  const threshold = payload.threshold ?? a.encoder.thresholds.verification;
  return {
    ...compare(a.encoder, a.face.encoding, b.face.encoding, threshold),
    provider: a.provider,
    warnings: [...new Set([...a.warnings, ...b.warnings])],
    elapsedMs: performance.now() - started,
  };
};

function compare(encoder: EncoderInfo, a: Float32Array, b: Float32Array, threshold: number) {
  const distance = distanceBetween(a, b);
  return {
    model: encoder.id,
    distance,
    threshold,
    same: distance <= threshold,
    probability: probabilityOf(encoder, distance),
  };
}
