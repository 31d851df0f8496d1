import { analyze, nameOf } from './analysis.ts';
import type { Handler } from './context.ts';
import { notesOn, sentencesOf } from './photo-notes.ts';

export const detect: Handler<'faces.detect'> = async ({ host }, { image }, call) => {
  const started = performance.now();
  const analysis = await analyze(host, image, { encode: 'none' }, call);
  const { width, height, faces, provider, warnings } = analysis;
  const notes = notesOn(analysis, nameOf(image), faces);
  return {
    width,
    height,
    faces: faces.map(({ box, score, landmarks, quality }) => ({
      box,
      score,
      landmarks,
      quality,
    })),
    provider,
    notes,
    warnings: [...warnings, ...sentencesOf(notes)],
    elapsedMs: performance.now() - started,
  };
};
