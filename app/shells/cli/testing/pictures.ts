import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { samplePhoto } from './likeness.ts';

/** One person of sample photo 6 (the third from the left) fills this part of it. */
const PORTRAIT = { left: 1110, top: 130, width: 420, height: 500 };

/** A photo of exactly one person, cut from a sample photo. */
export async function writePortrait(folder: string, name = 'portrait.jpg'): Promise<string> {
  const file = path.join(folder, name);
  await sharp(samplePhoto(6)).extract(PORTRAIT).jpeg({ quality: 95 }).toFile(file);
  return file;
}

/** A real photo that ends in the middle. */
export async function writeTruncated(folder: string): Promise<string> {
  const file = path.join(folder, 'truncated.jpg');
  const whole = await readFile(samplePhoto(1));
  await writeFile(file, whole.subarray(0, whole.length / 2));
  return file;
}

/** A file of a few bytes whose header claims 400 megapixels. */
export async function writeHuge(folder: string): Promise<string> {
  const file = path.join(folder, 'huge.png');
  const create = { width: 1, height: 1, channels: 3, background: '#888' } as const;
  const bytes = await sharp({ create }).png().toBuffer();
  bytes.writeUInt32BE(20_000, 16);
  bytes.writeUInt32BE(20_000, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  await writeFile(file, bytes);
  return file;
}

/** A landscape without anybody. */
export async function writeFaceless(folder: string): Promise<string> {
  const file = path.join(folder, 'meadow.jpg');
  const create = { width: 800, height: 600, channels: 3, background: '#6a4' } as const;
  await sharp({ create }).jpeg().toFile(file);
  return file;
}

export async function writeText(folder: string): Promise<string> {
  const file = path.join(folder, 'letter.jpg');
  await writeFile(file, 'Dear reader, this is no picture.\n');
  return file;
}

export async function writeEmpty(folder: string): Promise<string> {
  const file = path.join(folder, 'empty.jpg');
  await writeFile(file, '');
  return file;
}
