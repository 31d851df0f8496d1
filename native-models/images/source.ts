import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { LikenessError, toLikenessError, type ErrorCode } from '../../app/contract/errors.ts';
import type { ImageSource } from '../../app/contract/values.ts';

/** A picture as it lies in a file, not decoded yet. */
export interface EncodedImage {
  /** The path or the name given by the caller; used in messages only. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Encoded files beyond this are no photos; reading them would only fill the memory. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

/**
 * The encoded bytes of a picture.
 *
 * @throws LikenessError file_not_found, file_is_directory, file_unreadable, file_empty,
 *   image_too_large; nothing is decoded here.
 */
export async function readImageSource(source: ImageSource): Promise<EncodedImage> {
  const image =
    'bytes' in source
      ? { name: source.name, bytes: source.bytes }
      : { name: source.path, bytes: await readRegularFile(source.path) };
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

async function readRegularFile(path: string): Promise<Uint8Array> {
  try {
    await checkRegularFile(path);
    return await readFile(path);
  } catch (error) {
    throw toLikenessError(error);
  }
}

/** Before it is opened: opening a pipe would wait for a writer that may never come. */
async function checkRegularFile(path: string): Promise<void> {
  const status = await stat(path);
  if (status.isDirectory())
    throw imageError('file_is_directory', path, 'is a folder, but a picture was expected.');
  if (!status.isFile())
    throw imageError('file_unreadable', path, 'is a device or pipe, but a picture was expected.');
  if (status.size > MAX_FILE_BYTES)
    throw imageError(
      'image_too_large',
      path,
      `has ${Math.round(status.size / 2 ** 20)} MiB; a picture may have ${MAX_FILE_BYTES / 2 ** 20}.`,
      { bytes: status.size },
    );
}
