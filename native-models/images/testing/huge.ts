import { crc32 } from 'node:zlib';
import { imageLibrary } from '../source.ts';

/** A PNG of a few bytes whose header claims 400 million pixels: more than are ever decoded. */
export async function hugePng(): Promise<Buffer<ArrayBuffer>> {
  const background = '#888';
  const create = { width: 1, height: 1, channels: 3, background } as const;
  const bytes = Buffer.from(await imageLibrary()({ create }).png().toBuffer());
  // The header is the first chunk: length, "IHDR", width, height, five more bytes, checksum.
  bytes.writeUInt32BE(20_000, 16);
  bytes.writeUInt32BE(20_000, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}
