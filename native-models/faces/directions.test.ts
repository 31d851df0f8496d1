import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { openCatalog } from '../catalog/catalog.ts';
import type { Analysis, FacePipeline } from './pipeline.ts';
import { turnImage } from '../images/rgb-image.ts';
import { Runtime } from '../runtime/runtime.ts';
import { loadRecognition } from './open-models.ts';

const builtInModels = fileURLToPath(new URL('../../dist/models', import.meta.url));
const samples = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);
const sample = (number: number): string => path.join(samples, `sample${number}.jpg`);

/** Faces of the sample photos: number of the photo, middle and width of the face. */
const leaning = [1, 1576, 342, 196] as const;
const sitters = [
  [1, 930, 524, 207],
  [1, 502, 463, 182],
  [3, 1209, 341, 238],
  [4, 342, 306, 184],
  [5, 464, 972, 186],
  [5, 862, 199, 160],
  [6, 350, 584, 213],
  [4, 723, 194, 168],
  [6, 1566, 425, 219],
  [6, 742, 491, 203],
] as const;

type Sitter = readonly [sample: number, x: number, y: number, width: number];

let pipeline: FacePipeline;
beforeAll(async () => {
  const catalog = openCatalog({ builtInModels, userModels: '' });
  pipeline = await loadRecognition(catalog, new Runtime({ provider: 'cpu' }));
});

const analyze = (bytes: Uint8Array): Promise<Analysis> =>
  pipeline.analyze({
    image: { bytes: Uint8Array.from(bytes), name: 'photo' },
    encode: 'principal',
    subject: 'central',
  });

const encodingOf = ({ faces, principal }: Analysis): Float32Array => faces[principal!]!.encoding!;

function distance(a: Analysis, b: Analysis): number {
  const other = encodingOf(b);
  return Math.sqrt(encodingOf(a).reduce((sum, value, i) => sum + (value - other[i]!) ** 2, 0));
}

async function portrait([number, x, y, width]: Sitter): Promise<Buffer> {
  const { width: right, height: bottom } = await sharp(sample(number)).metadata();
  const [left, top] = [Math.max(0, x - width), Math.max(0, y - width)];
  return sharp(sample(number))
    .extract({
      left,
      top,
      width: Math.min(right, x + width) - left,
      height: Math.min(bottom, y + width) - top,
    })
    .png()
    .toBuffer();
}

/** What the eight orientations of EXIF undo, in the order of their numbers. */
const stored: readonly ((upright: Sharp) => Sharp)[] = [
  (photo) => photo,
  (photo) => photo.flop(),
  (photo) => photo.rotate(180),
  (photo) => photo.flip(),
  // The library flops before it turns.
  (photo) => photo.flop().rotate(270),
  (photo) => photo.rotate(270),
  (photo) => photo.flop().rotate(90),
  (photo) => photo.rotate(90),
];
const formats = {
  JPEG: (photo: Sharp) => photo.jpeg({ quality: 95 }),
  PNG: (photo: Sharp) => photo.png(),
  WebP: (photo: Sharp) => photo.webp({ quality: 95 }),
  AVIF: (photo: Sharp) => photo.avif({ quality: 90, effort: 0 }),
  TIFF: (photo: Sharp) => photo.tiff({ compression: 'lzw' }),
};

describe('a photo whose direction is said', () => {
  test.each(Object.entries(formats))('%s: all eight orientations', async (_, format) => {
    const upright = await portrait(sitters[2]);
    const expected = await analyze(upright);
    for (const [i, turn] of stored.entries()) {
      const pixels = await turn(sharp(upright)).png().toBuffer();
      const orientation = i + 1;
      const file = await format(sharp(pixels).withMetadata({ orientation })).toBuffer();
      const found = await analyze(file);
      expect([orientation, found.turned]).toEqual([orientation, 0]);
      expect(distance(expected, found)).toBeLessThan(0.1);
    }
  });
});

describe('a photo whose direction nobody says', () => {
  test.each(sitters)(
    'turned by a quarter, a half and three: sample %i at %i, %i',
    async (...who) => {
      const upright = await portrait(who);
      const expected = await analyze(upright);
      expect(expected.turned).toBe(0);
      for (const turn of [90, 180, 270] as const) {
        const found = await analyze(await sharp(upright).rotate(turn).png().toBuffer());
        expect(found.turned).toBe(360 - turn);
        expect(distance(expected, found)).toBeLessThan(0.1);
      }
    },
  );

  test('turned by a half, with a head that leans by half a quarter: either side is right', async () => {
    const upright = await portrait(leaning);
    const expected = await analyze(upright);
    for (const turn of [90, 180, 270]) {
      const found = await analyze(await sharp(upright).rotate(turn).png().toBuffer());
      expect(distance(expected, found)).toBeLessThan(0.1);
    }
  });

  test.each([30, 45, -45, 60])('a head that leans by %i degrees', async (lean) => {
    for (const who of [sitters[2], sitters[3], sitters[6]]) {
      const upright = await portrait(who);
      const turned = await sharp(upright).rotate(lean, { background: '#888' }).png().toBuffer();
      expect(distance(await analyze(upright), await analyze(turned))).toBeLessThan(0.3);
    }
  });

  test('a group lies on its side: all are found, in the pixels of the file', async () => {
    const { faces, width } = await pipeline.analyze({
      image: { path: sample(5) },
      encode: 'none',
      subject: 'largest',
    });
    const bytes = await sharp(sample(5)).rotate(90).png().toBuffer();
    const turned = await pipeline.analyze({
      image: { bytes, name: 'turned' },
      encode: 'none',
      subject: 'largest',
    });
    expect(turned.turned).toBe(270);
    expect(turned.faces).toHaveLength(faces.length);
    const { height } = await sharp(sample(5)).metadata();
    const { box, landmarks } = faces[0]!;
    const [x, y] = landmarks[30]!;
    const noses = turned.faces.map((face) => face.landmarks[30]!);
    const off = noses.map(([tx, ty]) => Math.hypot(tx - (height - y), ty - x));
    expect(Math.min(...off)).toBeLessThan(box.width * 0.02);
    expect(width).toBe(turned.height);
  });

  test('one that stands upright leaves the photo as it is, and another its own direction', async () => {
    const [a, b] = [await portrait(sitters[6]), await portrait(sitters[2])];
    const lying = await sharp(b).rotate(90).png().toBuffer();
    const both = await sharp({
      create: { width: 1000, height: 520, channels: 3, background: '#777' },
    })
      .composite([
        { input: a, left: 0, top: 0 },
        { input: lying, left: 500, top: 0 },
      ])
      .png()
      .toBuffer();
    const found = await pipeline.analyze({
      image: { bytes: both, name: 'both' },
      encode: 'all',
      subject: 'largest',
    });
    expect(found.turned).toBe(0);
    const face = found.faces.find(({ box }) => box.x > 480);
    expect(face).toBeDefined();
    const expected = encodingOf(await analyze(b));
    const apart = Math.hypot(...face!.encoding!.map((value, i) => value - expected[i]!));
    expect(apart).toBeLessThan(0.2);
  });
});

test('turnImage turns clockwise', () => {
  // 1 2 3
  // 4 5 6
  const data = Uint8Array.from([1, 2, 3, 4, 5, 6].flatMap((value) => [value, 0, value]));
  const picture = { width: 3, height: 2, data };
  const rows = (quarters: 1 | 2 | 3) => {
    const { width, height, data: turned } = turnImage(picture, quarters);
    const values = Array.from({ length: width * height }, (_, i) => turned[3 * i]!);
    return Array.from({ length: height }, (_, y) => values.slice(y * width, (y + 1) * width));
  };
  expect(rows(1)).toEqual([
    [4, 1],
    [5, 2],
    [6, 3],
  ]);
  expect(rows(2)).toEqual([
    [6, 5, 4],
    [3, 2, 1],
  ]);
  expect(rows(3)).toEqual([
    [3, 6],
    [2, 5],
    [1, 4],
  ]);
});
