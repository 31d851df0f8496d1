import { damageAsRefusal } from './decode.ts';
import { recognizeFormat } from '../../foundation/files/picture-formats.ts';
import { imageLibrary } from './library.ts';
import { inFormat, keepsAlpha, type PaintingFormat, type PaintingNote } from './painting-file.ts';
import { xmpWith } from './painting-xmp.ts';
import type { EncodedImage } from './source.ts';

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
