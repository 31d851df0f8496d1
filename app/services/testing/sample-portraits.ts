import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import sharp from 'sharp';
import type { Box } from '../../../contract/values.ts';

const peer = createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json');

/** One of six real photos of three to five people each, 1…6. */
export const samplePhoto = (number: number): string =>
  path.join(path.dirname(peer), 'demo', `sample${number}.jpg`);

/** Somebody in a sample photo. */
export interface Sitter {
  readonly name: string;
  readonly sample: number;
  /** Of the face, in pixels. */
  readonly box: Box;
}

const box = (x: number, y: number, width: number, height: number): Box => ({ x, y, width, height });

/** Ada is in the samples 1 and 3, Bea in 1 and 4. */
export const sitters: readonly Sitter[] = [
  { name: 'Ada', sample: 1, box: box(1478, 217, 196, 250) },
  { name: 'Bea', sample: 1, box: box(826, 392, 207, 264) },
  { name: 'Cleo', sample: 1, box: box(411, 343, 182, 240) },
  { name: 'Dora', sample: 5, box: box(371, 852, 186, 240) },
  { name: 'Edda', sample: 5, box: box(782, 94, 160, 210) },
  { name: 'Fay', sample: 6, box: box(243, 449, 213, 270) },
];

/** Where Ada and Bea are seen a second time. */
export const adaAgain = { sample: 3, box: box(1090, 191, 238, 300) };
export const beaAgain = { sample: 4, box: box(250, 186, 184, 240) };

/** Cuts a portrait out of a sample photo; another variation makes another file of the same face. */
export async function cutPortrait(sitter: Sitter, file: string, variation = 0): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  const { x, y, width, height } = sitter.box;
  const margin = Math.round(width * 0.35);
  await sharp(samplePhoto(sitter.sample))
    .extract({
      left: x - margin,
      top: Math.max(0, y - margin),
      width: width + 2 * margin,
      height: height + 2 * margin,
    })
    .resize({ width: 220 + variation })
    .modulate({ brightness: 1 - (variation % 10) * 0.02 })
    .jpeg({ quality: 90 })
    .toFile(file);
}

/** The face of a list that covers most of the box given. */
export function faceAt<F extends { readonly box: Box }>(faces: readonly F[], wanted: Box): F {
  return faces.reduce((best, face) =>
    overlap(face.box, wanted) > overlap(best.box, wanted) ? face : best,
  );
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}
