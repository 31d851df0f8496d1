import type { Metadata, Sharp } from 'sharp';
import { LikenessError } from '../../contract/errors.ts';
import { recognizeFormat } from '../../foundation/files/picture-formats.ts';
import { decodeBmp } from './bmp.ts';
import { decodeHeic } from './heic.ts';
import { isSrgbProfile } from './icc.ts';
import { imageLibrary, imageError, unrecognized, type EncodedImage } from './source.ts';
import type { RgbImage } from './rgb-image.ts';
import { writeTiff } from './tiff.ts';

/**
 * The one limit of all pictures, photos as well as paintings (which have up to 16,384 × 16,384):
 * those with more pixels are refused by their header, before any is decoded.
 */
export const MOST_PIXELS = 300e6;

/** Photos with more pixels are worked on at a half, a quarter … of their size. */
const WORKING_PIXELS = 16e6;

interface DecodedPhoto {
  /** Size of the upright picture in its file. */
  readonly width: number;
  readonly height: number;
  /** Frames of an animation or pages, of which the first is decoded. */
  readonly frames: number;
  /** The upright picture, perhaps smaller. */
  readonly pixels: RgbImage;
}

/**
 * Decodes the first frame, upright (EXIF orientation), in sRGB, transparent parts on white.
 *
 * @param workingPixels larger pictures are decoded at a half, a quarter … until they have at most
 *   so many
 * @throws LikenessError image_unrecognized, image_truncated, image_too_large.
 */
export async function decodeImage(
  encoded: EncodedImage,
  workingPixels = WORKING_PIXELS,
): Promise<DecodedPhoto> {
  const image = await inLibraryFormat(encoded);
  const metadata = await damageAsRefusal(image, readHeader(image));
  const { width, height } = metadata.autoOrient;
  checkPixels(image, width, height);
  const divisor = reduction(width * height, workingPixels);
  const pixels = await damageAsRefusal(
    image,
    decodeWhole(image, (whole, failOn) => readPixels(whole, metadata, divisor, failOn)),
  );
  return { width, height, frames: framesOf(image, metadata), pixels };
}

/** The library does not know that a PNG can be animated: its chunk acTL says so. */
function framesOf({ bytes }: EncodedImage, { format, pages = 1 }: Metadata): number {
  if (format !== 'png') return pages;
  const chunks = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = PNG_SIGNATURE; at + 12 <= bytes.length; at += 12 + chunks.getUint32(at)) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === 'IDAT') break;
    if (type === 'acTL') return Math.max(1, chunks.getUint32(at + 8));
  }
  return 1;
}

/** Bytes before the first chunk. */
const PNG_SIGNATURE = 8;

/** What the library does not read, by the picture: both its header and its pixels are asked for. */
const translated = new WeakMap<EncodedImage, Promise<EncodedImage>>();

/**
 * The same picture in a format that the image library reads: HEIC and bitmaps become TIFF, in memory.
 *
 * @throws LikenessError image_unrecognized, image_truncated, image_too_large
 */
export async function inLibraryFormat(image: EncodedImage): Promise<EncodedImage> {
  const format = recognizeFormat(image.bytes);
  if (format === undefined) throw unrecognized(image.name);
  if (format !== 'HEIC' && format !== 'BMP') return image;
  const known = translated.get(image);
  if (known !== undefined) return await known;
  const translation = translate(image, format);
  translated.set(image, translation);
  return await translation;
}

async function translate(image: EncodedImage, format: 'HEIC' | 'BMP'): Promise<EncodedImage> {
  const picture = format === 'HEIC' ? await decodeHeic(image) : decodeBmp(image, MOST_PIXELS);
  return { name: image.name, bytes: writeTiff(picture) };
}

/** @throws LikenessError image_too_large where there are more than `MOST_PIXELS`. */
export function checkPixels(image: EncodedImage, width: number, height: number): void {
  if (width * height <= MOST_PIXELS) return;
  throw imageError(
    'image_too_large',
    image.name,
    `has ${width} × ${height} pixels, ${megapixels(width * height)} million; ` +
      `the limit is ${megapixels(MOST_PIXELS)} million. Scale it down and try again.`,
    { width, height, maximum: MOST_PIXELS },
  );
}

const megapixels = (pixels: number) => (pixels / 1e6).toFixed(pixels < 10e6 ? 1 : 0);

function reduction(pixels: number, workingPixels: number): number {
  let divisor = 1;
  while (pixels / divisor ** 2 > workingPixels) divisor *= 2;
  return divisor;
}

const readHeader = (image: EncodedImage) =>
  imageLibrary()(image.bytes, { limitInputPixels: false }).metadata();

/**
 * Above this the library would spill random-access pictures to a temporary file, and photos of
 * people must not be left on the disk; below it, reading at once is faster than row by row.
 */
const SEQUENTIAL_PIXELS = 24e6;

/**
 * A JPEG whose last two bytes are missing, the mark of its end, has all of its pixels: it is decoded
 * with the mark put back. What lacks more is told from it by the decoder's warning about its data.
 */
export async function decodeWhole<T>(
  image: EncodedImage,
  decode: (image: EncodedImage, failOn: 'truncated' | 'warning') => Promise<T>,
): Promise<T> {
  try {
    return await decode(image, 'truncated');
  } catch (error) {
    const { bytes, name } = image;
    const endsWell = bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
    if (recognizeFormat(bytes) !== 'JPEG' || endsWell) throw error;
    const missing = bytes.at(-1) === 0xff ? [0xd9] : [0xff, 0xd9];
    const completed = Buffer.concat([bytes, Uint8Array.from(missing)]);
    return await decode({ name, bytes: completed }, 'warning');
  }
}

async function readPixels(
  image: EncodedImage,
  metadata: Metadata,
  divisor: number,
  failOn: 'truncated' | 'warning',
): Promise<RgbImage> {
  const { width, height } = metadata.autoOrient;
  const pipeline = imageLibrary()(image.bytes, {
    autoOrient: true,
    failOn,
    limitInputPixels: false,
    sequentialRead: width * height > SEQUENTIAL_PIXELS,
    ignoreIcc: metadata.icc !== undefined && isSrgbProfile(metadata.icc),
  });
  const { data, info } = await inRgb(reduced(pipeline, width, height, divisor), metadata)
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

function reduced(pipeline: Sharp, width: number, height: number, divisor: number): Sharp {
  if (divisor === 1) return pipeline;
  const size = { width: Math.round(width / divisor), height: Math.round(height / divisor) };
  return pipeline.resize({ ...size, fit: 'fill', kernel: 'linear' });
}

function inRgb(pipeline: Sharp, metadata: Metadata): Sharp {
  const opaque = metadata.hasAlpha ? pipeline.flatten({ background: 'white' }) : pipeline;
  return opaque.toColorspace('srgb');
}

/**
 * The signature was right, so whatever the decoder complains about is damage. Its own words are about
 * its own source, so they stay the cause and reach nobody.
 */
export async function damageAsRefusal<T>(image: EncodedImage, decoding: Promise<T>): Promise<T> {
  try {
    return await decoding;
  } catch (cause) {
    const { name } = image;
    throw new LikenessError(
      'image_truncated',
      `${name} ends too early or is damaged. Copy it again from its source.`,
      { details: { file: name }, cause },
    );
  }
}
