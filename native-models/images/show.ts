import type { Sharp } from 'sharp';
import { recognizeFormat, type ImageFormat } from '../../foundation/files/picture-formats.ts';
import { checkPixels, damageAsRefusal, decodeWhole, inLibraryFormat } from './decode.ts';
import { imageLibrary } from './library.ts';
import type { EncodedImage } from './source.ts';

export interface PictureFacts {
  /** Of the upright picture, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
}

export interface ShownPicture {
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
