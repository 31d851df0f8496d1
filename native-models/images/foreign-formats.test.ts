import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { decodeImage } from './decode.ts';
import { imageLibrary } from './source.ts';
import type { RgbImage } from './rgb-image.ts';
import { showPicture } from './show.ts';

const decode = async (bytes: Uint8Array, name = 'photo') =>
  (await decodeImage({ name, bytes })).pixels;
const fixture = (name: string) => readFile(new URL(`testing/${name}`, import.meta.url));

const at = ({ width, data }: RgbImage, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

/** Each channel of two colors at most so far apart. */
const near = (color: readonly number[], expected: readonly number[], most: number) =>
  color.every((value, i) => Math.abs(value - expected[i]!) <= most);

const [red, blue, gray] = [
  [208, 48, 32],
  [32, 64, 192],
  [128, 128, 128],
] as const;

describe('HEIC', () => {
  test('a drawn picture of 64 × 48 comes out in its colors', async () => {
    const pixels = await decode(await fixture('drawn.heic'));
    expect([pixels.width, pixels.height]).toEqual([64, 48]);
    expect(near(at(pixels, 8, 8), red, 8)).toBe(true);
    expect(near(at(pixels, 56, 40), blue, 8)).toBe(true);
    expect(near(at(pixels, 56, 8), gray, 8)).toBe(true);
  });

  test('a color profile is converted to sRGB', async () => {
    const pixels = await decode(await fixture('drawn-p3.heic'));
    expect(near(at(pixels, 8, 8), red, 8)).toBe(true);
    expect(near(at(pixels, 56, 40), blue, 8)).toBe(true);
  });

  test('one that lies turned in its file is shown upright', async () => {
    const pixels = await decode(await fixture('drawn-turned.heic'));
    expect([pixels.width, pixels.height]).toEqual([48, 64]);
    expect(near(at(pixels, 40, 8), red, 12)).toBe(true);
    expect(near(at(pixels, 8, 56), blue, 12)).toBe(true);
  });

  test('a window is given a JPEG', async () => {
    const { bytes, width } = await showPicture(
      { name: 'a.heic', bytes: await fixture('drawn.heic') },
      32,
    );
    expect([[...bytes.subarray(0, 2)], width]).toEqual([[0xff, 0xd8], 32]);
  });

  test('one that is cut off is refused in words', async () => {
    const bytes = (await fixture('drawn.heic')).subarray(0, 600);
    await expect(decode(bytes, 'cut.heic')).rejects.toMatchObject({
      code: 'image_truncated',
      message: expect.stringMatching(/^cut\.heic is an HEIC picture that ends too early/) as string,
    });
  });

  test('one of more pixels than are decoded is refused by its header', async () => {
    const bytes = await fixture('drawn.heic');
    const size = bytes.indexOf('ispe') + 8;
    for (let box = size; box > 8; box = bytes.indexOf('ispe', box) + 8) {
      bytes.writeUInt32BE(12_000, box);
      bytes.writeUInt32BE(12_000, box + 4);
    }
    await expect(decode(bytes)).rejects.toMatchObject({ code: 'image_too_large' });
  });
});

describe('bitmaps', () => {
  const header = (
    {
      width,
      height,
      bits,
      compression = 0,
    }: Record<'width' | 'height' | 'bits', number> & {
      compression?: number;
    },
    rest: Buffer,
    pixels: Buffer,
  ): Buffer => {
    const head = Buffer.alloc(54);
    head.write('BM', 'latin1');
    head.writeUInt32LE(54 + rest.length + pixels.length, 2);
    head.writeUInt32LE(54 + rest.length, 10);
    head.writeUInt32LE(40, 14);
    head.writeInt32LE(width, 18);
    head.writeInt32LE(height, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(bits, 28);
    head.writeUInt32LE(compression, 30);
    return Buffer.concat([head, rest, pixels]);
  };
  const none = Buffer.alloc(0);
  /** Black, red, green, blue … as blue, green, red, unused. */
  const palette = (colors: number): Buffer => {
    const bytes = Buffer.alloc(colors * 4);
    bytes.set([0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0].slice(0, colors * 4));
    return bytes;
  };
  const masks = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
    return bytes;
  };
  const K = [0, 0, 0];
  const R = [255, 0, 0];
  const G = [0, 255, 0];
  const B = [0, 0, 255];
  const two = { width: 2, height: 2 };

  // All are red, green over blue, black.
  test.each<[string, Buffer]>([
    [
      '24 bits',
      header(
        { ...two, bits: 24 },
        none,
        Buffer.of(255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0),
      ),
    ],
    [
      '24 bits, top row first',
      header(
        { width: 2, height: -2, bits: 24 },
        none,
        Buffer.of(0, 0, 255, 0, 255, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0),
      ),
    ],
    [
      '32 bits',
      header(
        { ...two, bits: 32 },
        none,
        Buffer.of(255, 0, 0, 9, 0, 0, 0, 9, 0, 0, 255, 9, 0, 255, 0, 9),
      ),
    ],
    [
      '16 bits of 5',
      header({ ...two, bits: 16 }, none, Buffer.of(0x1f, 0, 0, 0, 0, 0x7c, 0xe0, 0x03)),
    ],
    [
      '16 bits of 5, 6 and 5',
      header(
        { ...two, bits: 16, compression: 3 },
        masks(0xf800, 0x7e0, 0x1f),
        Buffer.of(0x1f, 0, 0, 0, 0, 0xf8, 0xe0, 0x07),
      ),
    ],
    ['8 bits', header({ ...two, bits: 8 }, palette(256), Buffer.of(3, 0, 0, 0, 1, 2, 0, 0))],
    ['4 bits', header({ ...two, bits: 4 }, palette(16), Buffer.of(0x30, 0, 0, 0, 0x12, 0, 0, 0))],
    [
      '8 bits in runs',
      header(
        { ...two, bits: 8, compression: 1 },
        palette(256),
        Buffer.of(1, 3, 1, 0, 0, 0, 1, 1, 1, 2, 0, 0, 0, 1),
      ),
    ],
    [
      '4 bits in runs',
      header(
        { ...two, bits: 4, compression: 2 },
        palette(16),
        Buffer.of(2, 0x30, 0, 0, 2, 0x12, 0, 0, 0, 1),
      ),
    ],
  ])('of %s', async (_, bytes) => {
    const pixels = await decode(bytes);
    expect([at(pixels, 0, 0), at(pixels, 1, 0), at(pixels, 0, 1), at(pixels, 1, 1)]).toEqual([
      R,
      G,
      B,
      K,
    ]);
  });

  test('transparent parts lie on white', async () => {
    const bytes = header(
      { width: 2, height: 1, bits: 32, compression: 6 },
      masks(0xff0000, 0xff00, 0xff, 0xff000000),
      Buffer.of(0, 0, 255, 255, 0, 0, 255, 0),
    );
    const pixels = await decode(bytes);
    expect([at(pixels, 0, 0), at(pixels, 1, 0)]).toEqual([R, [255, 255, 255]]);
  });

  test('one that ends too early, is huge, or of a kind that is not there is refused', async () => {
    const whole = header({ ...two, bits: 24 }, none, Buffer.alloc(16));
    await expect(decode(whole.subarray(0, 60))).rejects.toMatchObject({ code: 'image_truncated' });
    const huge = header({ width: 60_000, height: 60_000, bits: 24 }, none, none);
    await expect(decode(huge)).rejects.toMatchObject({ code: 'image_too_large' });
    const odd = header({ ...two, bits: 13 }, none, Buffer.alloc(99));
    await expect(decode(odd)).rejects.toMatchObject({ code: 'image_truncated' });
  });

  test('a text that begins with BM is none', async () => {
    await expect(decode(Buffer.from('BMW is a maker of cars in Munich.'))).rejects.toMatchObject({
      code: 'image_unrecognized',
    });
  });
});

test('a picture of 16 strips keeps every row', async () => {
  const noise = await imageLibrary()({
    create: {
      width: 2000,
      height: 3000,
      channels: 3,
      background: 'black',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .raw()
    .toBuffer();
  const { writeTiff } = await import('./tiff.ts');
  const tiff = writeTiff({ width: 2000, height: 3000, channels: 3, data: noise });
  expect(Buffer.compare((await decode(tiff)).data as Buffer, noise)).toBe(0);
});
