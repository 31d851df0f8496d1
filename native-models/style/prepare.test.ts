import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp, { type Create, type Sharp } from 'sharp';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { hugePng } from '../images/testing/huge.ts';
import { readContent, readMask, readPicture } from './prepare.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-pictures-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

async function picture(name: string, image: Sharp): Promise<string> {
  const file = path.join(folder, name);
  await image.toFile(file);
  return file;
}

const plain = (width: number, height: number, background: Create['background']) =>
  sharp({ create: { width, height, channels: 4, background } });

test('the content comes at the size of the painting, plane after plane', async () => {
  const orange = await picture('a.png', plain(60, 40, { r: 255, g: 51, b: 0, alpha: 1 }));
  const { picture: content, alpha } = await readContent(orange, 30);
  expect(content).toMatchObject({ width: 30, height: 20 });
  expect(alpha).toBeNull();
  const area = 600;
  expect([content.data[0], content.data[area], content.data[2 * area]]).toEqual([
    1,
    expect.closeTo(0.2, 5),
    0,
  ]);
});

test('transparency is kept beside the colors', async () => {
  const veil = await picture('a.png', plain(60, 40, { r: 0, g: 0, b: 0, alpha: 0.5 }));
  const { picture: content, alpha } = await readContent(veil, 60);
  expect(alpha).toHaveLength(2400);
  expect(alpha![0]).toBeCloseTo(0.5, 2);
  expect(content.data[0]).toBeCloseTo(0.5, 2);
});

test('a profile other than sRGB is converted', async () => {
  const p3 = plain(20, 20, { r: 255, g: 0, b: 0, alpha: 1 }).removeAlpha().withIccProfile('p3');
  const srgb = plain(20, 20, { r: 255, g: 0, b: 0, alpha: 1 }).removeAlpha();
  const converted = await readContent(await picture('p3.png', p3), 20);
  const same = await readContent(await picture('srgb.png', srgb), 20);
  expect(converted.picture.data[0]).toBeCloseTo(same.picture.data[0]!, 1);
  const tagged = await sharp(path.join(folder, 'p3.png')).metadata();
  expect(tagged.icc).toBeDefined();
});

test('styles are made smaller, never larger', async () => {
  const blue = await picture('a.jpg', plain(64, 32, 'blue').removeAlpha());
  expect(await readPicture(blue, 32)).toMatchObject({ width: 32, height: 16 });
  expect(await readPicture(blue, 500)).toMatchObject({ width: 64, height: 32 });
});

test('a mask is one plane of its own size', async () => {
  const gray = await picture('m.png', plain(30, 10, { r: 51, g: 51, b: 51, alpha: 1 }));
  const { width, height, data } = await readMask(gray);
  expect({ width, height, length: data.length }).toEqual({ width: 30, height: 10, length: 300 });
  expect(data[7]).toBeCloseTo(0.2, 5);
});

test.each([
  [1, 1],
  [400, 15],
])('a picture of %i × %i pixels is too small', async (width, height) => {
  const tiny = await picture('tiny.png', plain(width, height, 'red'));
  const code = 'image_too_small';
  await expect(readContent(tiny, 512)).rejects.toMatchObject({ code, details: { width, height } });
  await expect(readPicture(tiny, 512)).rejects.toMatchObject({ code });
});

test('an empty file, a text and a huge picture are refused as such', async () => {
  const empty = path.join(folder, 'empty.jpg');
  await writeFile(empty, '');
  await expect(readPicture(empty, 512)).rejects.toMatchObject({ code: 'file_empty' });
  const text = path.join(folder, 'text.jpg');
  await writeFile(text, 'no picture');
  await expect(readContent(text, 512)).rejects.toMatchObject({ code: 'image_unrecognized' });
  const huge = path.join(folder, 'huge.png');
  await writeFile(huge, await hugePng());
  await expect(readContent(huge, 512)).rejects.toMatchObject({ code: 'image_too_large' });
});
