import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, MOST_PIXELS } from './decode.ts';
import { imageLibrary, hashImage, readImageSource } from './source.ts';
import type { RgbImage } from './rgb-image.ts';
import { describePicture, showPicture } from './show.ts';
import { hugePng } from './testing/huge.ts';

const sharp = imageLibrary();
const photo = 'node_modules/@vladmandic/face-api/demo/sample6.jpg';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-images-'));
});
afterAll(() => rm(folder, { recursive: true }));

const small = () => sharp(photo).resize(60, 40, { fit: 'fill' });
const encoders = {
  jpeg: () => small().jpeg({ quality: 95 }).toBuffer(),
  progressive: () => small().jpeg({ quality: 95, progressive: true }).toBuffer(),
  png: () => small().png().toBuffer(),
  webp: () => small().webp({ quality: 95 }).toBuffer(),
  avif: () => small().avif({ quality: 90, effort: 0 }).toBuffer(),
  tiff: () => small().tiff({ compression: 'lzw' }).toBuffer(),
  gif: () => small().gif().toBuffer(),
};
type Kind = keyof typeof encoders;
const kinds = Object.keys(encoders) as Kind[];

const decode = (bytes: Uint8Array, name = 'test') => decodeImage({ name, bytes });
const refusal = (code: string) => expect.objectContaining({ name: 'LikenessError', code }) as Error;

function meanDifference(a: RgbImage, b: RgbImage): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length;
}

/** Left half red, right half blue. */
const redAndBlue = () =>
  sharp({ create: { width: 40, height: 20, channels: 3, background: 'blue' } }).composite([
    {
      input: { create: { width: 20, height: 20, channels: 3, background: 'red' } },
      left: 0,
      top: 0,
    },
  ]);

/** The chunk that makes a PNG an animation, behind the header; its frames do not matter here. */
function animatedPng(still: Buffer, frames: number): Buffer {
  const chunk = Buffer.alloc(20);
  chunk.writeUInt32BE(8, 0);
  chunk.write('acTL', 4, 'latin1');
  chunk.writeUInt32BE(frames, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 16)), 16);
  return Buffer.concat([still.subarray(0, 33), chunk, still.subarray(33)]);
}

const pixelAt = ({ width, data }: RgbImage, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe('decodeImage', () => {
  it.each(kinds)('reads %s', async (kind) => {
    const expected = (await decode(await encoders.png())).pixels;
    const { width, height, pixels } = await decode(await encoders[kind]());
    expect([width, height]).toEqual([60, 40]);
    expect(meanDifference(pixels, expected)).toBeLessThan(kind === 'gif' ? 12 : 5);
  });

  it.each(kinds)('refuses %s that ends too early', async (kind) => {
    const bytes = await encoders[kind]();
    for (const share of [0.3, 0.6, 0.9]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      await expect(decode(cut)).rejects.toThrow(refusal('image_truncated'));
    }
  });

  it('reads a JPEG without the mark of its end, and no shorter one', async () => {
    for (const kind of ['jpeg', 'progressive'] as const) {
      const bytes = await encoders[kind]();
      const { pixels } = await decode(bytes);
      for (const missing of [1, 2]) {
        const cut = bytes.subarray(0, bytes.length - missing);
        expect((await decode(cut)).pixels).toEqual(pixels);
        await expect(showPicture({ name: 'cut', bytes: cut }, 40)).resolves.toMatchObject({
          width: 40,
        });
      }
      const shorter = bytes.subarray(0, bytes.length - 40);
      await expect(decode(shorter)).rejects.toThrow(refusal('image_truncated'));
    }
  });

  it('says how many frames or pages there are', async () => {
    const frame = (background: string) =>
      sharp({ create: { width: 8, height: 8, channels: 3, background } })
        .png()
        .toBuffer();
    const animation = sharp([await frame('red'), await frame('blue'), await frame('lime')], {
      join: { animated: true },
    });
    for (const bytes of [
      await animation.clone().gif().toBuffer(),
      await animation.clone().webp().toBuffer(),
      animatedPng(await frame('red'), 3),
    ])
      await expect(decode(bytes)).resolves.toMatchObject({ frames: 3 });
    for (const kind of kinds)
      await expect(decode(await encoders[kind]())).resolves.toMatchObject({ frames: 1 });
  });

  it('takes the first frame of an animation', async () => {
    const frame = (background: string) =>
      sharp({ create: { width: 8, height: 8, channels: 3, background } })
        .png()
        .toBuffer();
    const bytes = await sharp([await frame('red'), await frame('blue')], {
      join: { animated: true },
    })
      .gif()
      .toBuffer();
    const { width, height, pixels } = await decode(bytes);
    expect([width, height]).toEqual([8, 8]);
    expect(pixelAt(pixels, 4, 4)).toEqual([255, 0, 0]);
  });

  it('turns the picture upright', async () => {
    const bytes = await redAndBlue().png().withMetadata({ orientation: 6 }).toBuffer();
    const { width, height, pixels } = await decode(bytes);
    expect([width, height, pixels.width, pixels.height]).toEqual([20, 40, 20, 40]);
    expect(pixelAt(pixels, 10, 5)).toEqual([255, 0, 0]);
    expect(pixelAt(pixels, 10, 35)).toEqual([0, 0, 255]);
  });

  it('puts transparent parts on white', async () => {
    const background = { r: 0, g: 0, b: 0, alpha: 0 };
    const bytes = await sharp({ create: { width: 4, height: 4, channels: 4, background } })
      .png()
      .toBuffer();
    expect(pixelAt((await decode(bytes)).pixels, 1, 1)).toEqual([255, 255, 255]);
  });

  it.each([
    ['gray', () => small().grayscale().png().toBuffer()],
    ['16 bits', () => small().toColorspace('rgb16').png().toBuffer()],
    ['CMYK', () => small().toColorspace('cmyk').jpeg().toBuffer()],
  ])('makes three channels of 8 bits from %s', async (_, encoded) => {
    const { pixels } = await decode(await encoded());
    expect(pixels.data).toHaveLength(60 * 40 * 3);
    const expected = (await decode(await encoders.png())).pixels;
    expect(meanDifference(pixels, expected)).toBeLessThan(25);
  });

  it('converts a wide-gamut profile, and agrees with the library about sRGB ones', async () => {
    const original = (await decode(await encoders.png())).pixels;
    const wide = await small().withIccProfile('p3').png().toBuffer();
    const untouched = (await sharp(wide, { ignoreIcc: true }).raw().toBuffer()) as Uint8Array;
    expect(meanDifference((await decode(wide)).pixels, original)).toBeLessThan(2);
    expect(meanDifference({ ...original, data: untouched }, original)).toBeGreaterThan(2);
    const standard = await small().withIccProfile('srgb').png().toBuffer();
    expect(meanDifference((await decode(standard)).pixels, original)).toBeLessThan(1);
  });

  it('works on a smaller picture where the photo is large, and says its true size', async () => {
    const bytes = await sharp(photo).jpeg().toBuffer();
    const decoded = await decodeImage({ name: 'large', bytes }, 1e6);
    expect([decoded.width, decoded.height]).toEqual([1920, 1537]);
    expect([decoded.pixels.width, decoded.pixels.height]).toEqual([960, 769]);
  });

  it('refuses more than 300 million pixels by the header, alike wherever a picture is read', async () => {
    const image = { name: 'huge.png', bytes: await hugePng() };
    const said = 'huge.png has 20000 × 20000 pixels, 400 million; the limit is 300 million.';
    for (const read of [decodeImage, describePicture, (it: typeof image) => showPicture(it, 64)])
      await expect(read(image)).rejects.toMatchObject({
        code: 'image_too_large',
        message: expect.stringContaining(said) as string,
        details: { maximum: MOST_PIXELS },
      });
  });

  it('takes a photo of 100 million pixels, which a telephone makes', async () => {
    const create = { width: 12_000, height: 8500, channels: 3, background: 'red' } as const;
    const bytes = await sharp({ create, limitInputPixels: false }).jpeg().toBuffer();
    const { width, height, pixels } = await decode(bytes);
    expect([width, height, pixels.width, pixels.height]).toEqual([12_000, 8500, 3000, 2125]);
  });

  it.each([
    ['text', Buffer.from('This is a text, whatever its name says.')],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['one byte', Buffer.of(0xff)],
  ])('refuses %s', async (_, bytes) => {
    await expect(decode(bytes, 'photo.jpg')).rejects.toThrow(refusal('image_unrecognized'));
  });
});

describe('readImageSource', () => {
  const file = async (name: string, content: string) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };

  it('refuses what is no readable file, by name', async () => {
    const missing = join(folder, 'missing.jpg');
    await expect(readImageSource({ path: missing })).rejects.toThrow(refusal('file_not_found'));
    await expect(readImageSource({ path: missing })).rejects.toThrow(/missing\.jpg/);
    await expect(readImageSource({ path: folder })).rejects.toThrow(refusal('file_is_directory'));
    await expect(readImageSource({ path: '/dev/null' })).rejects.toThrow(
      refusal('file_unreadable'),
    );
    await expect(readImageSource({ path: await file('empty.jpg', '') })).rejects.toThrow(
      refusal('file_empty'),
    );
    await expect(readImageSource({ bytes: new Uint8Array(), name: 'empty' })).rejects.toThrow(
      refusal('file_empty'),
    );
  });

  it.skipIf(process.getuid?.() === 0)(
    'refuses what may not be read (not testable as root)',
    async () => {
      const path = await file('locked.jpg', 'x');
      await chmod(path, 0);
      await expect(readImageSource({ path })).rejects.toThrow(refusal('file_unreadable'));
    },
  );

  it('hashes the encoded bytes', async () => {
    const path = await file('abc', 'abc');
    expect(hashImage(await readImageSource({ path }))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
