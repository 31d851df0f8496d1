/** Pictures that Likeness reads, by the names people know them under. */
export type ImageFormat = 'JPEG' | 'PNG' | 'WebP' | 'AVIF' | 'TIFF' | 'GIF';

export const supportedFormats: readonly ImageFormat[] = [
  'JPEG',
  'PNG',
  'WebP',
  'AVIF',
  'TIFF',
  'GIF',
];

interface Signature {
  readonly format: ImageFormat | 'HEIC';
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
  { format: 'HEIC', offset: 4, magic: 'ftypmif1' },
];

/**
 * Tells the format from the first bytes. Decoders see only formats named here, so that vector
 * graphics, PDF and other large parsers are never reached. HEIC is known in order to be refused
 * with its own sentence: its codec is encumbered and not part of the image library.
 */
export function recogniseFormat(bytes: Uint8Array): ImageFormat | 'HEIC' | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 32));
  const signature = signatures.find(({ offset, magic }) => head.startsWith(magic, offset));
  return signature?.format === 'HEIC' && head.includes('avif') ? 'AVIF' : signature?.format;
}
