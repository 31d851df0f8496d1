import { analyse } from './analysis.ts';
import type { Handler } from './context.ts';

export const detect: Handler<'faces.detect'> = async ({ host }, { image }, call) => {
  const started = performance.now();
  const { width, height, faces, provider, warnings } = await analyse(
    host,
    image,
    { encode: 'none' },
    call,
  );
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
    warnings: [...warnings],
    elapsedMs: performance.now() - started,
  };
};
