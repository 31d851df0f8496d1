/** Pictures that Likeness reads, by the names people know them under. */
export type ImageFormat = 'JPEG' | 'PNG' | 'WebP' | 'AVIF' | 'HEIC' | 'TIFF' | 'GIF' | 'BMP';

export const pictureFormats = {
  names: ['JPEG', 'PNG', 'WebP', 'AVIF', 'HEIC', 'TIFF', 'GIF', 'BMP'],
  /** What their files are called; the content decides what a file is, a name only what it claims. */
  endings: new Set(
    '.jpg .jpeg .jpe .jfif .png .webp .avif .heic .heif .hif .tif .tiff .gif .bmp .dib'.split(' '),
  ),
} as const satisfies { names: readonly ImageFormat[]; endings: ReadonlySet<string> };

interface Signature {
  readonly format: ImageFormat;
  readonly offset: number;
  /** Latin-1. */
  readonly magic: string;
}

// Only the bytes decide, never the file's name. The order does not matter: no two overlap.
const signatures: readonly Signature[] = [
  { format: 'JPEG', offset: 0, magic: '\xff\xd8\xff' },
  { format: 'PNG', offset: 0, magic: '\x89PNG\r\n\x1a\n' },
  { format: 'GIF', offset: 0, magic: 'GIF87a' },
  { format: 'GIF', offset: 0, magic: 'GIF89a' },
  { format: 'WebP', offset: 8, magic: 'WEBP' },
  { format: 'TIFF', offset: 0, magic: 'II*\0' },
  { format: 'TIFF', offset: 0, magic: 'MM\0*' },
  { format: 'TIFF', offset: 0, magic: 'II+\0' },
  { format: 'TIFF', offset: 0, magic: 'MM\0+' },
  { format: 'AVIF', offset: 4, magic: 'ftypavif' },
  { format: 'AVIF', offset: 4, magic: 'ftypavis' },
  { format: 'HEIC', offset: 4, magic: 'ftyphei' },
  { format: 'HEIC', offset: 4, magic: 'ftyphev' },
  { format: 'HEIC', offset: 4, magic: 'ftypmif' },
  { format: 'HEIC', offset: 4, magic: 'ftypmsf' },
];

/** Header sizes of bitmaps: OS/2 1 and 2, Windows 3 with masks, 4 and 5. */
const BMP_HEADERS: ReadonlySet<number> = new Set([12, 40, 52, 56, 64, 108, 124]);

/**
 * Tells the format from the first 64 bytes. Decoders see only formats named here, so that vector
 * graphics, PDF and other large parsers are never reached.
 */
export function recognizeFormat(bytes: Uint8Array): ImageFormat | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 64));
  const signature = signatures.find(({ offset, magic }) => head.startsWith(magic, offset));
  if (signature === undefined) return isBitmap(head) ? 'BMP' : undefined;
  return signature.format === 'HEIC' && brandsOf(head).includes('avif') ? 'AVIF' : signature.format;
}

/** Two letters alone would also be the beginning of a text. */
const isBitmap = (head: string): boolean =>
  head.startsWith('BM') &&
  BMP_HEADERS.has(head.charCodeAt(14) + head.charCodeAt(15) * 256) &&
  head.startsWith('\0\0', 16);

/** The first box of the file names the kinds that it is compatible with. */
function brandsOf(head: string): string {
  const length = (head.charCodeAt(2) << 8) | head.charCodeAt(3);
  return head.slice(0, Math.min(head.length, length));
}
