import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readAlpha } from './show.ts';
import {
  encodePainting,
  encodePreview,
  formatOf,
  readSettings,
  type PaintedPlanes,
  type PaintingFormat,
} from './painting-file.ts';

const [WIDTH, HEIGHT] = [40, 30];
const PLANE = WIDTH * HEIGHT;
const formats: readonly PaintingFormat[] = ['png', 'jpeg', 'webp', 'tiff'];

/** Red grows to the right, green downwards, blue is 0.2; alpha grows to the right as well. */
const painting = (transparent = false): PaintedPlanes => {
  const at = (i: number) => ({
    x: (i % WIDTH) / WIDTH,
    y: Math.floor((i % PLANE) / WIDTH) / HEIGHT,
  });
  const data = Float32Array.from({ length: 3 * PLANE }, (_, i) =>
    i < PLANE ? at(i).x : i < 2 * PLANE ? at(i).y : 0.2,
  );
  const alpha = Float32Array.from({ length: PLANE }, (_, i) => at(i).x);
  return { width: WIDTH, height: HEIGHT, data, alpha: transparent ? alpha : null };
};

const note = {
  software: 'Likeness 1.2.3',
  settings: JSON.stringify({ seed: 7, content: 'Größe & <Maß> "日本".jpg' }),
};

describe.each(formats)('%s', (format) => {
  test('carries settings and program', async () => {
    const bytes = await encodePainting(painting(), format, note);
    expect(await readSettings({ name: 'x', bytes })).toBe(note.settings);
    const { exif, xmpAsString, format: found } = await sharp(bytes).metadata();
    expect(found).toBe(format);
    expect(xmpAsString).toContain('<xmp:CreatorTool>Likeness 1.2.3<');
    // The library writes no EXIF into TIFF files.
    if (format !== 'tiff') expect(exif?.toString('latin1')).toContain('Likeness 1.2.3');
  });

  test('has the colors of the painting', async () => {
    const bytes = await encodePainting(painting(), format, note);
    const { data, info } = await sharp(bytes)
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: WIDTH, height: HEIGHT, channels: 3 });
    const pixel = 3 * (20 * WIDTH + 10);
    const tolerance = format === 'png' || format === 'tiff' ? 1 : 8;
    [10 / WIDTH, 20 / HEIGHT, 0.2].forEach((value, channel) => {
      expect(Math.abs(data[pixel + channel]! - value * 255)).toBeLessThanOrEqual(tolerance);
    });
  });

  test('keeps transparency, or lies on white where it cannot', async () => {
    const bytes = await encodePainting(painting(true), format, note);
    const { hasAlpha } = await sharp(bytes).metadata();
    expect(hasAlpha).toBe(format !== 'jpeg');
    const left = await sharp(bytes)
      .flatten({ background: 'white' })
      .extract({ left: 0, top: 0, width: 1, height: 1 })
      .raw({ depth: 'uchar' })
      .toBuffer();
    expect(Math.min(...left)).toBeGreaterThan(240);
  });
});

test('a TIFF tells more than 256 levels apart', async () => {
  const data = Float32Array.from({ length: 3 * 1000 }, (_, i) => 0.5 + (i % 1000) / 65535);
  const fine = { width: 1000, height: 1, data, alpha: null };
  const bytes = await encodePainting(fine, 'tiff', note);
  expect((await sharp(bytes).metadata()).depth).toBe('ushort');
  const { buffer, byteOffset } = await sharp(bytes)
    .toColorspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer();
  const levels = new Set(new Uint16Array(buffer, byteOffset, 3000));
  expect(levels.size).toBeGreaterThan(900);
});

test('numbers that are out of range are taken to its ends', async () => {
  const data = Float32Array.of(-1, 2, Number.NaN);
  const bytes = await encodePainting({ width: 1, height: 1, data, alpha: null }, 'png', note);
  expect([...(await sharp(bytes).raw().toBuffer())]).toEqual([0, 255, 0]);
});

test('a preview is a small JPEG', async () => {
  const { width, height, format } = await sharp(await encodePreview(painting(), 20)).metadata();
  expect({ width, height, format }).toEqual({ width: 20, height: 15, format: 'jpeg' });
});

test('a picture of somebody else has no settings', async () => {
  const create = { width: 4, height: 4, channels: 3, background: 'red' } as const;
  const bytes = await sharp({ create }).png().toBuffer();
  await expect(readSettings({ name: 'red.png', bytes })).rejects.toMatchObject({
    code: 'painting_unknown',
    details: { file: 'red.png' },
  });
  const text = { name: 'a.txt', bytes: Buffer.from('no picture') };
  await expect(readSettings(text)).rejects.toMatchObject({ code: 'image_unrecognized' });
});

test.each([
  ['a.PNG', 'png'],
  ['b.jpeg', 'jpeg'],
  ['c.tif', 'tiff'],
])('%s is written as %s', (file, format) => expect(formatOf(file)).toBe(format));

test('an unknown ending is refused', () => {
  expect(() => formatOf('a.gif')).toThrow('.png');
});

describe('readAlpha', () => {
  test('gives the transparency at another size', async () => {
    const bytes = await encodePainting(painting(true), 'png', note);
    const alpha = await readAlpha({ name: 'x', bytes }, 20, 15);
    expect(alpha).toMatchObject({ width: 20, height: 15 });
    expect(alpha!.data).toHaveLength(300);
    expect(Math.abs(alpha!.data[10]! - 0.5 * 255)).toBeLessThan(8);
  });

  test('is null for opaque pictures, with and without a channel for it', async () => {
    const without = await encodePainting(painting(), 'png', note);
    expect(await readAlpha({ name: 'x', bytes: without }, 4, 4)).toBeNull();
    const opaque = { ...painting(), alpha: new Float32Array(PLANE).fill(1) };
    const bytes = await encodePainting(opaque, 'png', note);
    expect(await readAlpha({ name: 'x', bytes }, 4, 4)).toBeNull();
  });
});
