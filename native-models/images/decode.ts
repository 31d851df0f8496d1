import type { Metadata, Sharp } from 'sharp';
import { LikenessError } from '../../app/contract/errors.ts';
import { recogniseFormat } from '../../app/files/picture-formats.ts';
import { decodeBmp } from './bmp.ts';
import { decodeHeic } from './heic.ts';
import { isSrgbProfile } from './icc.ts';
import { imageLibrary } from './library.ts';
import type { RgbImage } from './rgb-image.ts';
import { imageError, unrecognised, type EncodedImage } from './source.ts';
import { writeTiff } from './tiff.ts';

/**
 * The one limit of all pictures, photos as well as paintings (which have up to 16,384 × 16,384):
 * those with more pixels are refused by their header, before any is decoded.
 */
export const MOST_PIXELS = 300e6;

/** Photos with more pixels are worked on at a half, a quarter … of their size. */
const WORKING_PIXELS = 16e6;

export interface DecodedPhoto {
  /** Size of the upright picture in its file. */
  readonly width: number;
  readonly height: number;
  /** The upright picture, perhaps smaller. */
  readonly pixels: RgbImage;
}

/**
 * Decodes the first frame, upright (EXIF orientation), in sRGB, transparent parts on white.
 *
 * @param workingPixels larger pictures are decoded at a half, a quarter … until they have at most
 *   so many
 * @throws LikenessError image_unrecognised, image_truncated, image_too_large.
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
  const pixels = await damageAsRefusal(image, readPixels(image, metadata, divisor));
  return { width, height, pixels };
}

/** What the library does not read, by the picture: both its header and its pixels are asked for. */
const translated = new WeakMap<EncodedImage, Promise<EncodedImage>>();

/**
 * The same picture in a format that the image library reads: HEIC and bitmaps become TIFF, in memory.
 *
 * @throws LikenessError image_unrecognised, image_truncated, image_too_large
 */
export async function inLibraryFormat(image: EncodedImage): Promise<EncodedImage> {
  const format = recogniseFormat(image.bytes);
  if (format === undefined) throw unrecognised(image.name);
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

async function readPixels(
  image: EncodedImage,
  metadata: Metadata,
  divisor: number,
): Promise<RgbImage> {
  const { width, height } = metadata.autoOrient;
  const pipeline = imageLibrary()(image.bytes, {
    autoOrient: true,
    failOn: 'truncated',
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
  return opaque.toColourspace('srgb');
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
