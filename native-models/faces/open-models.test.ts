import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ImageSource } from '../../contract/values.ts';
import { openCatalog } from '../catalog/catalog.ts';
import type { FacePipeline } from './pipeline.ts';
import { Runtime } from '../runtime/runtime.ts';
import { loadRecognition } from './open-models.ts';

const builtInModels = fileURLToPath(new URL('../../dist/models', import.meta.url));
const samples = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);
const sample = (number: number): string => path.join(samples, `sample${number}.jpg`);

let pipeline: FacePipeline;
beforeAll(async () => {
  const catalog = openCatalog({ builtInModels, userModels: '' });
  pipeline = await loadRecognition(catalog, new Runtime({ provider: 'cpu' }));
});

const analyze = (image: ImageSource) =>
  pipeline.analyze({ image, encode: 'all', subject: 'largest' });

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));
}

describe('real photos', () => {
  test.each([
    [1, 3],
    [2, 3],
    [3, 3],
    [4, 4],
    [5, 5],
    [6, 4],
  ])('sample %i: all %i faces and nothing else', async (number, count) => {
    const { faces } = await analyze({ path: sample(number) });
    expect(faces).toHaveLength(count);
    for (const { encoding, landmarks } of faces) {
      expect(Math.hypot(...encoding!)).toBeCloseTo(1, 5);
      expect(landmarks).toHaveLength(68);
    }
  });

  test('a turned and shrunk copy gives the same people', async () => {
    const turned = await sharp(sample(3)).resize({ width: 900 }).rotate(20).jpeg().toBuffer();
    const original = await analyze({ path: sample(3) });
    const copy = await analyze({ bytes: turned, name: 'turned.jpg' });
    expect(copy.faces).toHaveLength(3);
    for (const { encoding } of copy.faces) {
      const distances = original.faces.map((face) => distance(face.encoding!, encoding!));
      expect(Math.min(...distances)).toBeLessThan(0.25);
      expect(distances.filter((d) => d < 0.338)).toHaveLength(1);
    }
  });

  test('small faces of a large photo are found in tiles', async () => {
    const photo = await sharp(sample(1))
      .resize({ width: 420 })
      .toBuffer({ resolveWithObject: true });
    const wall = await sharp({
      create: { width: 4200, height: 2800, channels: 3, background: '#777' },
    })
      .composite([{ input: photo.data, left: 2900, top: 1900 }])
      .jpeg()
      .toBuffer();
    const { faces } = await analyze({ bytes: wall, name: 'wall.jpg' });
    expect(faces).toHaveLength(3);
    expect(faces.every(({ box }) => box.x > 2900 && box.y > 1900)).toBe(true);
  });

  test.each([6000, 12_000, 16_000])(
    'faces of some 60 pixels are found in a picture of %i × 320',
    async (width) => {
      const row = await sharp(sample(1))
        .resize({ height: 320 })
        .toBuffer({ resolveWithObject: true });
      const panorama = await sharp({
        create: { width, height: 320, channels: 3, background: '#777' },
      })
        .composite([{ input: row.data, left: width - 900, top: 0 }])
        .jpeg()
        .toBuffer();
      const { faces, leastFace } = await analyze({ bytes: panorama, name: 'panorama.jpg' });
      expect(faces).toHaveLength(3);
      expect(faces.every(({ box }) => box.x > width - 900)).toBe(true);
      expect(leastFace).toBeLessThan(62);
    },
  );
});

describe('a video', () => {
  test('every face keeps its number and its encoding while the camera pans', async () => {
    const scene = await sharp(sample(1)).resize({ width: 820 }).toBuffer();
    const stream = pipeline.openStream();
    const tracks = new Set<number>();
    for (let left = 40; left <= 120; left += 8) {
      const frame = await sharp(scene)
        .extract({ left, top: 30, width: 640, height: 480 })
        .jpeg()
        .toBuffer();
      const faces = await stream.next(frame);
      expect(faces.length).toBeGreaterThanOrEqual(2);
      for (const face of faces) tracks.add(face.track);
    }
    expect(tracks.size).toBeLessThanOrEqual(3);
  });
});
