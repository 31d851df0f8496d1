import { readAlpha } from '../../images/show.ts';
import { decodeImage } from '../../images/decode.ts';
import { resizeImage } from '../../images/resampling.ts';
import type { RgbImage } from '../../images/rgb-image.ts';
import { imageError, readImageSource } from '../../images/source.ts';
import { fit, type Picture } from '../../style/picture.ts';

/** Shorter sides have nothing to show that a network could see. */
const SHORTEST = 16;

export interface ContentPicture {
  readonly picture: Picture;
  /** 0 transparent to 1 opaque, of the picture's size; null: opaque throughout. */
  readonly alpha: Float32Array | null;
}

/** The photo at the size of the painting, on white where it is transparent. */
export async function readContent(path: string, longerSide: number): Promise<ContentPicture> {
  const encoded = await readImageSource({ path });
  const { pixels } = await decodeImage(encoded);
  refuseTiny(path, pixels);
  const { width, height } = fit(pixels, longerSide);
  const plane = await readAlpha(encoded, width, height);
  return {
    picture: toPicture(await resizeImage(pixels, width, height)),
    alpha: plane === null ? null : Float32Array.from(plane.data, (value) => value / 255),
  };
}

/** Any other picture, made smaller where its longer side has more pixels than are of use. */
export async function readPicture(path: string, longestSide: number): Promise<Picture> {
  const { pixels } = await decodeImage(await readImageSource({ path }));
  refuseTiny(path, pixels);
  const { width, height } =
    Math.max(pixels.width, pixels.height) > longestSide ? fit(pixels, longestSide) : pixels;
  return toPicture(await resizeImage(pixels, width, height));
}

/** One plane: the mean of the colors. */
export async function readMask(path: string): Promise<Picture> {
  const { pixels } = await decodeImage(await readImageSource({ path }));
  const { width, height, data } = pixels;
  const plane = Float32Array.from(
    { length: width * height },
    (_, i) => (data[3 * i]! + data[3 * i + 1]! + data[3 * i + 2]!) / 765,
  );
  return { width, height, data: plane };
}

function refuseTiny(path: string, { width, height }: RgbImage): void {
  if (Math.min(width, height) >= SHORTEST) return;
  throw imageError(
    'image_too_small',
    path,
    `has only ${width} × ${height} pixels; each side needs at least ${SHORTEST}. Use a larger picture.`,
    { width, height, shortest: SHORTEST },
  );
}

/** From bytes, pixel after pixel, to 0…1, plane after plane. */
function toPicture({ width, height, data }: RgbImage): Picture {
  const area = width * height;
  const planes = new Float32Array(3 * area);
  for (let plane = 0; plane < 3; plane++)
    for (let i = 0, from = plane; i < area; i++, from += 3)
      planes[plane * area + i] = data[from]! / 255;
  return { width, height, data: planes };
}
