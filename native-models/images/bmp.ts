import { imageError, type EncodedImage } from './source.ts';
import type { RawPicture } from './tiff.ts';

const compressions = { none: 0, rle8: 1, rle4: 2, masks: 3, masksWithAlpha: 6 } as const;

interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Red, green, blue, alpha; 0 where there is none. */
  readonly masks: readonly [number, number, number, number];
  /** Four bytes per color: blue, green, red, unused. */
  readonly palette: Uint8Array;
  readonly pixels: Uint8Array;
}

/**
 * A bitmap of Windows 2 to 5 or OS/2, of 1 to 32 bits, with run lengths and masks ([MS-WMF] 2.2.2).
 * Beyond the end of a damaged file nothing is made up.
 *
 * @throws LikenessError image_truncated, image_too_large
 */
export function decodeBmp(image: EncodedImage, mostPixels: number): RawPicture {
  const bitmap = readHeader(image, mostPixels);
  const { width, height, bits, compression } = bitmap;
  const channels = bitmap.masks[3] === 0 ? 3 : 4;
  const data = new Uint8Array(width * height * channels);
  const isRunLength = compression === compressions.rle8 || compression === compressions.rle4;
  if (isRunLength) fillRuns(image, bitmap, data);
  else if (bits <= 8) fillIndexed(bitmap, data);
  else fillDirect(bitmap, data, channels);
  return { width, height, channels, data };
}

function readHeader(image: EncodedImage, mostPixels: number): Bitmap {
  const { bytes } = image;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 26) throw damaged(image);
  const [start, headerBytes] = [view.getUint32(10, true), view.getUint32(14, true)];
  const old = headerBytes === 12;
  if (bytes.length < 14 + headerBytes) throw damaged(image);
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = old ? view.getUint16(20, true) : view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = old ? compressions.none : view.getUint32(30, true);
  if (width <= 0 || height === 0 || !isKnown(bits, compression)) throw damaged(image);
  if (width * height > mostPixels)
    throw imageError(
      'image_too_large',
      image.name,
      `has ${width} × ${height} pixels; the limit is ${mostPixels / 1e6} million. Scale it down and try again.`,
      { width, height, maximum: mostPixels },
    );
  const pixels = bytes.subarray(start);
  const isRunLength = compression === compressions.rle8 || compression === compressions.rle4;
  if (start < 14 + headerBytes) throw damaged(image);
  if (!isRunLength && pixels.length < rowBytes(width, bits) * height) throw damaged(image);
  const header = { width, height, topDown: signedHeight < 0, bits, compression, pixels };
  const masks = masksOf(view, { headerBytes, bits, compression });
  return { ...header, masks, palette: paletteOf(bytes, view, { headerBytes, bits, start }) };
}

function isKnown(bits: number, compression: number): boolean {
  switch (compression) {
    case compressions.none:
      return [1, 2, 4, 8, 16, 24, 32].includes(bits);
    case compressions.rle8:
      return bits === 8;
    case compressions.rle4:
      return bits === 4;
    case compressions.masks:
    case compressions.masksWithAlpha:
      return bits === 16 || bits === 32;
    default:
      return false;
  }
}

type Layout = Pick<Bitmap, 'bits' | 'compression'> & { readonly headerBytes: number };

function masksOf(view: DataView, { headerBytes, bits, compression }: Layout): Bitmap['masks'] {
  const usual = bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
  const given = compression === compressions.masks || compression === compressions.masksWithAlpha;
  if (!given) return [usual[0]!, usual[1]!, usual[2]!, 0];
  // In the larger headers they lie inside, with the smallest just behind it: at the same place.
  const mask = (i: number) =>
    54 + 4 * i + 4 <= view.byteLength ? view.getUint32(54 + 4 * i, true) : 0;
  const hasAlpha = headerBytes >= 56 || compression === compressions.masksWithAlpha;
  return [mask(0), mask(1), mask(2), hasAlpha ? mask(3) : 0];
}

function paletteOf(
  bytes: Uint8Array,
  view: DataView,
  { headerBytes, bits, start }: { headerBytes: number; bits: number; start: number },
): Uint8Array {
  const palette = new Uint8Array(256 * 4);
  if (bits > 8) return palette;
  const size = headerBytes === 12 ? 3 : 4;
  const stated = headerBytes >= 40 ? view.getUint32(46, true) : 0;
  const colors = Math.min(stated === 0 ? 1 << bits : stated, 1 << bits);
  for (let color = 0; color < colors; color++) {
    const at = 14 + headerBytes + color * size;
    if (at + size > Math.min(start, bytes.length)) break;
    palette.set(bytes.subarray(at, at + 3), color * 4);
  }
  return palette;
}

/** Rows end at a multiple of four bytes. */
const rowBytes = (width: number, bits: number): number => Math.ceil((width * bits) / 32) * 4;

const rowOf = ({ height, topDown }: Bitmap, y: number): number => (topDown ? y : height - 1 - y);

function fillIndexed(bitmap: Bitmap, data: Uint8Array): void {
  const { width, height, bits, pixels } = bitmap;
  const [stride, perByte] = [rowBytes(width, bits), 8 / bits];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const byte = pixels[y * stride + Math.floor(x / perByte)]!;
      const index = (byte >> (8 - bits * ((x % perByte) + 1))) & ((1 << bits) - 1);
      setColor(bitmap, data, rowOf(bitmap, y) * width + x, index);
    }
}

function setColor({ palette }: Bitmap, data: Uint8Array, pixel: number, index: number): void {
  data[3 * pixel] = palette[4 * index + 2]!;
  data[3 * pixel + 1] = palette[4 * index + 1]!;
  data[3 * pixel + 2] = palette[4 * index]!;
}

function fillDirect(bitmap: Bitmap, data: Uint8Array, channels: 3 | 4): void {
  const { width, height, bits, pixels, masks } = bitmap;
  const [stride, bytes] = [rowBytes(width, bits), bits / 8];
  const parts = masks.slice(0, channels).map(scalerOf);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * stride + x * bytes;
      let value = pixels[at]! | (pixels[at + 1]! << 8);
      if (bytes > 2) value |= pixels[at + 2]! << 16;
      if (bytes > 3) value = (value | (pixels[at + 3]! << 24)) >>> 0;
      const to = (rowOf(bitmap, y) * width + x) * channels;
      for (const [channel, part] of parts.entries()) data[to + channel] = part(value);
    }
}

/** From the bits of a mask to 0…255. */
function scalerOf(mask: number): (value: number) => number {
  if (mask === 0) return () => 0;
  const shift = Math.log2((mask & -mask) >>> 0);
  const most = mask / 2 ** shift;
  return (value) => Math.round((((value & mask) >>> shift) * 255) / most);
}

/** Pixels that no run reaches keep the first color. */
function fillRuns(image: EncodedImage, bitmap: Bitmap, data: Uint8Array): void {
  const { width, height, bits, pixels } = bitmap;
  for (let pixel = 0; pixel < width * height; pixel++) setColor(bitmap, data, pixel, 0);
  let [x, y, at] = [0, 0, 0];
  const put = (index: number): void => {
    if (x < width && y < height) setColor(bitmap, data, rowOf(bitmap, y) * width + x, index);
    x += 1;
  };
  const indexIn = (byte: number, i: number): number =>
    bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15;
  while (y < height) {
    if (at + 2 > pixels.length) throw damaged(image);
    const [count, value] = [pixels[at]!, pixels[at + 1]!];
    at += 2;
    if (count > 0) for (let i = 0; i < count; i++) put(indexIn(value, i));
    else if (value === 0) [x, y] = [0, y + 1];
    else if (value === 1) return;
    else if (value === 2) {
      if (at + 2 > pixels.length) throw damaged(image);
      [x, y] = [x + pixels[at]!, y + pixels[at + 1]!];
      at += 2;
    } else {
      const length = Math.ceil((value * bits) / 8);
      if (at + length > pixels.length) throw damaged(image);
      for (let i = 0; i < value; i++) put(indexIn(pixels[at + Math.floor((i * bits) / 8)]!, i));
      // Literal runs end at an even place.
      at += length + (length % 2);
    }
  }
}

const damaged = (image: EncodedImage) =>
  imageError(
    'image_truncated',
    image.name,
    'ends too early or is damaged. Copy it again from its source.',
  );
