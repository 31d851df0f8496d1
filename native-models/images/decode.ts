import type { Metadata, Sharp } from 'sharp';
import { recogniseFormat, supportedFormats } from './formats.ts';
import { isSrgbProfile } from './icc.ts';
import { imageLibrary } from './library.ts';
import type { RgbImage } from './rgb-image.ts';
import { imageError, type EncodedImage } from './source.ts';

export interface DecodeLimits {
  /** Pictures with more pixels are refused before any is decoded. */
  readonly maxPixels: number;
  /** Larger pictures are decoded at a half, a quarter … until they have at most so many. */
  readonly workingPixels: number;
}

export const defaultDecodeLimits: DecodeLimits = { maxPixels: 80e6, workingPixels: 16e6 };

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
 * @throws LikenessError image_unrecognised, image_truncated, image_too_large.
 */
export async function decodeImage(
  image: EncodedImage,
  limits: DecodeLimits = defaultDecodeLimits,
): Promise<DecodedPhoto> {
  checkFormat(image);
  const metadata = await damageAsRefusal(image, readHeader(image));
  const { width, height } = metadata.autoOrient;
  checkPixels(image, width, height, limits.maxPixels);
  const divisor = reduction(width * height, limits.workingPixels);
  const pixels = await damageAsRefusal(image, readPixels(image, metadata, divisor));
  return { width, height, pixels };
}

export function checkFormat(image: EncodedImage): void {
  const format = recogniseFormat(image.bytes);
  if (format === undefined)
    throw imageError(
      'image_unrecognised',
      image.name,
      `is no picture that can be read. These are: ${supportedFormats.join(', ')}.`,
    );
  if (format === 'HEIC')
    throw imageError(
      'image_unrecognised',
      image.name,
      'is an HEIC picture, which cannot be read. Export it as JPEG and try again.',
    );
}

export function checkPixels(
  image: EncodedImage,
  width: number,
  height: number,
  maximum: number,
): void {
  if (width * height <= maximum) return;
  throw imageError(
    'image_too_large',
    image.name,
    `has ${width} × ${height} pixels, ${megapixels(width * height)} million; ` +
      `the limit is ${megapixels(maximum)} million. Scale it down and try again.`,
    { width, height, maximum },
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

/** The signature was right, so whatever the decoder complains about is damage. */
export async function damageAsRefusal<T>(image: EncodedImage, decoding: Promise<T>): Promise<T> {
  try {
    return await decoding;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw imageError(
      'image_truncated',
      image.name,
      'ends too early or is damaged. Copy it again from its source.',
      { reason },
    );
  }
}
