import { availableParallelism } from 'node:os';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { LikenessError, type ErrorCode } from '../../contract/errors.ts';
import type { ImageSource } from '../../contract/values.ts';
import { pictureFormats, recognizeFormat } from '../../foundation/files/picture-formats.ts';
import { readHead, readRegularFile } from '../../foundation/files/read-file.ts';

let configured = false;

/**
 * The image library, configured once on first use.
 *
 * - No cache: every photo is decoded once, and its pixels must not outlive the request.
 * - Few threads per picture: only color conversion and resizing use them, and the networks want
 *   the same cores.
 */
export function imageLibrary(): typeof sharp {
  if (!configured) {
    sharp.cache(false);
    sharp.concurrency(Math.min(4, availableParallelism()));
    configured = true;
  }
  return sharp;
}

/** A picture as it lies in a file, not decoded yet. */
export interface EncodedImage {
  /** The path or the name given by the caller; used in messages only. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The encoded bytes of a picture.
 *
 * @throws LikenessError file_not_found, file_is_directory, file_unreadable, file_empty,
 *   file_too_large, image_unrecognized; nothing is decoded here.
 */
export async function readImageSource(source: ImageSource): Promise<EncodedImage> {
  const image =
    'bytes' in source
      ? { name: source.name, bytes: source.bytes }
      : { name: source.path, bytes: await readPictureFile(source.path) };
  if (image.bytes.length > 0) return image;
  throw imageError('file_empty', image.name, 'is empty. Copy the picture again from its source.');
}

/** SHA-256 of the encoded bytes, hexadecimal: the identity of a photo. */
export function hashImage(image: EncodedImage): string {
  return createHash('sha256').update(image.bytes).digest('hex');
}

/** `predicate` goes on after the picture's name: "… is empty." */
export function imageError(
  code: ErrorCode,
  file: string,
  predicate: string,
  details: Readonly<Record<string, unknown>> = {},
): LikenessError {
  return new LikenessError(code, `${file} ${predicate}`, { details: { file, ...details } });
}

/** What is no picture by its first bytes is not read any further: it may be huge. */
async function readPictureFile(path: string): Promise<Uint8Array> {
  const head = await readHead(path, HEAD_BYTES);
  if (head.length === HEAD_BYTES && recognizeFormat(head) === undefined) throw unrecognized(path);
  return await readRegularFile(path, 'picture');
}

/** Every format is told by them; a shorter file is read whole. */
const HEAD_BYTES = 64;

/** Of a file that is no picture, or none of a format that is read. */
export const unrecognized = (file: string): LikenessError =>
  imageError(
    'image_unrecognized',
    file,
    `is no picture that can be read. These are: ${pictureFormats.names.join(', ')}.`,
  );
