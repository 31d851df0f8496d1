import { LikenessError } from '../../contract/errors.ts';
import type { ImageSource } from '../../contract/values.ts';
import type { AnalyzedFace, EncoderInfo } from '../model-host/types.ts';
import { noteActivity } from './activity.ts';
import { decide } from '../../native-models/evaluation/verifier.ts';
import { analyze, distanceBetween, nameOf, signalOf, subjectOf } from './analysis.ts';
import type { Handler } from './context.ts';
import { readSettings } from './kept-settings.ts';
import { notesOn, sentencesOf } from './photo-notes.ts';

export const verify: Handler<'verification.verify'> = async (context, payload, call) => {
  const { host } = context;
  const { chips } = payload;
  const started = performance.now();
  const look = async (image: ImageSource) => {
    const analysis = await analyze(host, image, { encode: 'principal', portraits: chips }, call);
    const face = subjectOf(analysis, nameOf(image), payload.severalFaces);
    return { ...analysis, face, notes: notesOn(analysis, nameOf(image), [face]) };
  };
  const [a, b] = await Promise.all([look(payload.a), look(payload.b)]);
  const pair = { a: a.face.encoding, b: b.face.encoding };
  const weighed = await host.request('weighPairs', pair, signalOf(call));
  const notes = [...a.notes, ...b.notes];
  const threshold = payload.threshold ?? a.encoder.thresholds.verification;
  if (context.store.read(readSettings).recordRecognitions)
    noteActivity(context, 'verified', null, { photos: 2 });
  return {
    chips: chips ? { a: chipOf(a.face), b: chipOf(b.face) } : null,
    model: a.encoder.id,
    ...compare(a.encoder, pair, threshold, weighed.logOdds[0]!),
    notes,
    provider: a.provider,
    warnings: [
      ...new Set([...a.warnings, ...b.warnings, ...weighed.warnings, ...sentencesOf(notes)]),
    ],
    elapsedMs: performance.now() - started,
  };
};

function chipOf({ portrait }: AnalyzedFace): Uint8Array<ArrayBuffer> {
  if (portrait !== undefined) return portrait;
  throw new LikenessError('internal', 'The host sent a face without the picture asked for.');
}

/** A gallery of one person, who is nobody or the person of the other picture. */
function compare(
  { probability: curve }: EncoderInfo,
  { a, b }: { readonly a: Float32Array; readonly b: Float32Array },
  threshold: number,
  logOdds: number,
) {
  const distance = distanceBetween(a, b);
  const decision = decide([{ distance, logOdds, threshold }], { people: 1, curve });
  return { distance, threshold, same: decision.named, probability: decision.probabilities[0]! };
}
