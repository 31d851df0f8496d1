import type { Sharp } from 'sharp';
import { inLibraryFormat, checkPixels, damageAsRefusal, decodeWhole } from './decode.ts';
import { imageLibrary, type EncodedImage } from './source.ts';
import type { RgbImage } from './rgb-image.ts';
import { recognizeFormat, type ImageFormat } from '../../foundation/files/picture-formats.ts';

/** One value per pixel, 0 to 255. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * The transparency of an upright picture, scaled to a size; null where it has none or is opaque
 * throughout. The picture must have been decoded before: that is where damage is reported.
 */
export async function readAlpha(
  image: EncodedImage,
  width: number,
  height: number,
): Promise<Plane | null> {
  const { bytes } = await inLibraryFormat(image);
  // Row by row: at random the library would spill large pictures to a file.
  const options = { autoOrient: true, limitInputPixels: false, sequentialRead: true } as const;
  const { hasAlpha } = await imageLibrary()(bytes, options).metadata();
  if (!hasAlpha) return null;
  const data = await imageLibrary()(bytes, options)
    .toColorspace('srgb')
    .extractChannel('alpha')
    .resize({ width, height, fit: 'fill', kernel: 'linear' })
    .raw({ depth: 'uchar' })
    .toBuffer();
  return data.every((value) => value === 255) ? null : { width, height, data };
}

/** A small picture, such as a portrait, as JPEG. */
export async function encodeJpeg(
  { width, height, data }: RgbImage,
  quality = 85,
): Promise<Uint8Array<ArrayBuffer>> {
  const raw = { width, height, channels: 3 } as const;
  const jpeg = await imageLibrary()(data, { raw }).jpeg({ quality }).toBuffer();
  // A copy: the library's memory may be part of a larger block, which would cross the border too.
  return Uint8Array.from(jpeg);
}

interface PictureFacts {
  /** Of the upright picture, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
}

interface ShownPicture {
  /** JPEG, or PNG where the picture is transparent. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** Size and format by the header alone. @throws LikenessError image_unrecognized, image_truncated, image_too_large */
export async function describePicture(image: EncodedImage): Promise<PictureFacts> {
  const readable = await inLibraryFormat(image);
  const { autoOrient } = await damageAsRefusal(image, open(readable).metadata());
  const { width, height } = autoOrient;
  checkPixels(image, width, height);
  return { width, height, format: recognizeFormat(image.bytes) as ImageFormat };
}

/**
 * The upright picture in sRGB, its longer side at most so many pixels; never enlarged.
 *
 * @throws LikenessError image_unrecognized, image_truncated, image_too_large
 */
export async function showPicture(
  encodedImage: EncodedImage,
  longerSide: number,
): Promise<ShownPicture> {
  await describePicture(encodedImage);
  const image = await inLibraryFormat(encodedImage);
  const { hasAlpha } = await damageAsRefusal(image, open(image).metadata());
  const size = { width: longerSide, height: longerSide };
  const { data, info } = await damageAsRefusal(
    image,
    decodeWhole(image, (whole, failOn) =>
      encoded(
        open(whole, { autoOrient: true, failOn, sequentialRead: true })
          .resize({ ...size, fit: 'inside', withoutEnlargement: true })
          .toColorspace('srgb'),
        hasAlpha,
      ),
    ),
  );
  return { bytes: Uint8Array.from(data), width: info.width, height: info.height };
}

const encoded = (picture: Sharp, hasAlpha: boolean) =>
  (hasAlpha ? picture.png() : picture.jpeg({ quality: 85 })).toBuffer({ resolveWithObject: true });

const open = (image: EncodedImage, options: Parameters<ReturnType<typeof imageLibrary>>[1] = {}) =>
  imageLibrary()(image.bytes, { limitInputPixels: false, ...options });
