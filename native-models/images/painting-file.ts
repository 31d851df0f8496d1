import path from 'node:path';
import type { Sharp } from 'sharp';
import { assertNever, LikenessError } from '../../contract/errors.ts';
import { imageLibrary } from './library.ts';
import { xmpWith } from './painting-xmp.ts';

/** A finished painting: sRGB from 0 to 1, plane after plane. */
export interface PaintedPlanes {
  readonly width: number;
  readonly height: number;
  /** float32[3 · width · height]. */
  readonly data: Float32Array;
  /** float32[width · height], 0 transparent to 1 opaque; null: all of it is opaque. */
  readonly alpha: Float32Array | null;
}

/** What goes into the file beside the pixels. */
export interface PaintingNote {
  /** Program and version. */
  readonly software: string;
  /** JSON of whatever repeats the painting. */
  readonly settings: string;
}

export type PaintingFormat = 'png' | 'jpeg' | 'webp' | 'tiff';

const formats: Readonly<Record<string, PaintingFormat>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
  '.tif': 'tiff',
  '.tiff': 'tiff',
};

/** The format that a file name asks for. @throws LikenessError invalid_input */
export function formatOf(file: string): PaintingFormat {
  const format = formats[path.extname(file).toLowerCase()];
  if (format !== undefined) return format;
  const known = Object.keys(formats).join(', ');
  throw new LikenessError('invalid_input', `${file} must end in one of ${known}.`, {
    details: { file },
  });
}

/** JPEG has no transparency: there the painting is laid on white. */
export const keepsAlpha = (format: PaintingFormat): boolean => format !== 'jpeg';

/** Encodes a painting: TIFF with 16 bits per channel, all others with 8. */
export async function encodePainting(
  painting: PaintedPlanes,
  format: PaintingFormat,
  { software, settings }: PaintingNote,
): Promise<Uint8Array> {
  const { width, height } = painting;
  const flat = keepsAlpha(format) ? painting : onWhite(painting);
  const channels = flat.alpha === null ? 3 : 4;
  const pixels = interleave(flat, format === 'tiff' ? 65535 : 255);
  const image = imageLibrary()(pixels, { raw: { width, height, channels } });
  return inFormat(image, format)
    .withExif({ IFD0: { Software: software } })
    .withXmp(xmpWith(software, settings))
    .toBuffer();
}

/** A small JPEG of a picture under way, its longer side at most so many pixels. */
export async function encodePreview(
  { width, height, data }: Omit<PaintedPlanes, 'alpha'>,
  longerSide: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const pixels = interleave({ width, height, data, alpha: null }, 255);
  const jpeg = await imageLibrary()(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: longerSide, height: longerSide, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer();
  // A copy: the library's memory may be part of a larger block, which would cross the border too.
  return Uint8Array.from(jpeg);
}

export function inFormat(image: Sharp, format: PaintingFormat): Sharp {
  switch (format) {
    case 'png':
      return image.png();
    case 'jpeg':
      return image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' });
    case 'webp':
      return image.webp({ quality: 95, smartSubsample: true });
    case 'tiff':
      return image.toColorspace('rgb16').tiff({ compression: 'deflate', predictor: 'horizontal' });
    default:
      return assertNever(format);
  }
}

function onWhite({ width, height, data, alpha }: PaintedPlanes): PaintedPlanes {
  if (alpha === null) return { width, height, data, alpha };
  const plane = width * height;
  const laid = data.map((value, i) => 1 - (1 - value) * alpha[i % plane]!);
  return { width, height, data: laid, alpha: null };
}

/** Whole numbers from 0 to `white`, pixel after pixel. */
function interleave(
  { width, height, data, alpha }: PaintedPlanes,
  white: 255 | 65535,
): Uint8Array | Uint16Array {
  const plane = width * height;
  const channels = alpha === null ? 3 : 4;
  const pixels = new (white === 255 ? Uint8ClampedArray : Uint16Array)(plane * channels);
  for (let channel = 0; channel < channels; channel++) {
    const source = channel < 3 ? data.subarray(channel * plane) : alpha!;
    for (let i = 0, to = channel; i < plane; i++, to += channels)
      pixels[to] = Math.round(Math.min(1, Math.max(0, source[i]!)) * white);
  }
  return pixels instanceof Uint16Array ? pixels : new Uint8Array(pixels.buffer);
}
