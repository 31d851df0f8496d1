import path from 'node:path';
import type { Sharp } from 'sharp';
import { damageAsRefusal, inLibraryFormat } from './decode.ts';
import { recognizeFormat } from '../../foundation/files/picture-formats.ts';
import { imageLibrary, imageError, type EncodedImage } from './source.ts';
import { assertNever, LikenessError } from '../../contract/errors.ts';

/** The namespace is a name, not an address; it identifies the settings. */
const NAMESPACE = 'urn:likeness:painting:1';

/** An XMP packet (ISO 16684-1) that carries a text of ours. */
const xmpWith = (software: string, settings: string): string =>
  `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:likeness="${NAMESPACE}">
<xmp:CreatorTool>${escaped(software)}</xmp:CreatorTool>
${OPEN}${escaped(settings)}${CLOSE}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`;

const OPEN = '<likeness:settings>';
const CLOSE = '</likeness:settings>';

/** The text of a packet that `xmpWith` made; null in any other. */
function settingsIn(xmp: string): string | null {
  if (!xmp.includes(NAMESPACE)) return null;
  const start = xmp.indexOf(OPEN);
  const end = xmp.indexOf(CLOSE, start);
  return start < 0 || end < 0 ? null : unescaped(xmp.slice(start + OPEN.length, end));
}

const entities: readonly (readonly [string, string])[] = [
  // First, so that the others' are left alone.
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
];

const escaped = (text: string): string =>
  entities.reduce((result, [plain, entity]) => result.replaceAll(plain, entity), text);

const unescaped = (text: string): string =>
  entities.toReversed().reduce((result, [plain, entity]) => result.replaceAll(entity, plain), text);

const formatNames: Readonly<Record<PaintingFormat, string>> = {
  png: 'PNG',
  jpeg: 'JPEG',
  webp: 'WebP',
  tiff: 'TIFF',
};

/**
 * A finished painting in another format, with its settings inside. In its own format it stays as
 * it is, byte for byte: it carries them already.
 *
 * @throws LikenessError image_truncated
 */
export async function convertPainting(
  painting: EncodedImage,
  format: PaintingFormat,
  { software, settings }: PaintingNote,
): Promise<Uint8Array<ArrayBuffer>> {
  if (recognizeFormat(painting.bytes) === formatNames[format])
    return Uint8Array.from(painting.bytes);
  const options = { limitInputPixels: false, failOn: 'truncated' } as const;
  const picture = imageLibrary()(painting.bytes, options);
  const flat = keepsAlpha(format) ? picture : picture.flatten({ background: 'white' });
  const converted = inFormat(flat, format)
    .withExif({ IFD0: { Software: software } })
    .withXmp(xmpWith(software, settings))
    .toBuffer();
  return Uint8Array.from(await damageAsRefusal(painting, converted));
}

/**
 * The settings that a painting carries.
 *
 * @throws LikenessError painting_unknown, image_unrecognized
 */
export async function readSettings(image: EncodedImage): Promise<string> {
  const settings = await settingsOf(image).catch(() => {
    throw imageError('image_unrecognized', image.name, 'is no picture that can be read.');
  });
  if (settings !== null) return settings;
  throw imageError(
    'painting_unknown',
    image.name,
    'carries no settings. Only pictures that Likeness painted can be repeated, and only while ' +
      'no other program has rewritten them.',
  );
}

/**
 * Refuses what Likeness painted, where photos are gathered. A damaged picture is left to whoever
 * decodes it.
 *
 * @throws LikenessError image_painted
 */
export async function refusePainting(image: EncodedImage): Promise<void> {
  const settings = await settingsOf(image).catch(() => null);
  if (settings === null) return;
  throw imageError('image_painted', image.name, 'is a painting that Likeness made, not a photo.');
}

async function settingsOf(image: EncodedImage): Promise<string | null> {
  const { bytes } = await inLibraryFormat(image);
  const { xmpAsString } = await imageLibrary()(bytes, { limitInputPixels: false }).metadata();
  return settingsIn(xmpAsString ?? '');
}

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

function inFormat(image: Sharp, format: PaintingFormat): Sharp {
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
