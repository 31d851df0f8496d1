import type { RandomStream } from '../../../../foundation/random.ts';
import { ImagePyramid } from '../../../images/resampling.ts';
import type { RgbImage } from '../../../images/rgb-image.ts';
import { warpImage } from '../../../images/warp.ts';
import { resample } from '../../augment/augment.ts';
import { addNoise, shiftColors } from '../../augment/pixels.ts';

/** Cuts have at least this share of the shorter side of a picture; smaller ones would be blurred. */
const LEAST_SHARE = 0.35;
const LARGEST_ANGLE = Math.PI / 8;

/** The middle of a picture, for validation. */
export function middleCut(picture: RgbImage, side: number): RgbImage {
  const length = Math.min(picture.width, picture.height);
  return cut(picture, {
    side,
    length,
    x: picture.width / 2,
    y: picture.height / 2,
    angle: 0,
    flip: 1,
  });
}

/**
 * A square of a picture, changed at random. Paintings in the making have stronger colors, noise and
 * structures than photos have, so the changes are strong too; one cut of eight is the mean of two.
 * The same stream gives the same pixels.
 */
export function randomCut(
  pictures: readonly RgbImage[],
  side: number,
  random: RandomStream,
): RgbImage {
  const first = randomView(pictures[random.below(pictures.length)]!, side, random);
  if (random.uniform() < 1 / 8)
    mix(first, randomView(pictures[random.below(pictures.length)]!, side, random));
  if (random.uniform() < 0.15) return resample(first, 0.3 + 0.5 * random.uniform());
  if (random.uniform() < 0.8) shiftColors(first, randomColors(random));
  if (random.uniform() < 0.35) addNoise(first, 2 + 40 * random.uniform() ** 2, random);
  return first;
}

function randomView(picture: RgbImage, side: number, random: RandomStream): RgbImage {
  const shorter = Math.min(picture.width, picture.height);
  const length = shorter * (LEAST_SHARE + (1 - LEAST_SHARE) * random.uniform());
  const place = (extent: number) => length / 2 + (extent - length) * random.uniform();
  const [x, y] = [place(picture.width), place(picture.height)];
  const angle = random.uniform() < 0.3 ? LARGEST_ANGLE * (2 * random.uniform() - 1) : 0;
  return cut(picture, { side, length, x, y, angle, flip: random.uniform() < 0.5 ? -1 : 1 });
}

interface View {
  readonly side: number;
  /** Of the side in the picture, and the middle there. */
  readonly length: number;
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly flip: 1 | -1;
}

function cut(picture: RgbImage, { side, length, x, y, angle, flip }: View): RgbImage {
  const scale = length / side;
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const [a, b, c, d] = [flip * cos, -sin, flip * sin, cos];
  const half = side / 2;
  const toSource = { a, b, tx: x - (a + b) * half, c, d, ty: y - (c + d) * half };
  return warpImage(new ImagePyramid(picture), toSource, side, side, 'edge');
}

function mix({ data }: RgbImage, other: RgbImage): void {
  for (let i = 0; i < data.length; i++) data[i] = (data[i]! + other.data[i]!) / 2;
}

function randomColors(random: RandomStream): Parameters<typeof shiftColors>[1] {
  const symmetric = () => 2 * random.uniform() - 1;
  const contrast = Math.exp(0.4 * symmetric());
  const offset = 128 * (1 - contrast) + 40 * symmetric();
  const channels = [0, 1, 2].map(() => ({
    gain: contrast * (1 + 0.25 * symmetric()),
    offset: offset + 25 * symmetric(),
  }));
  return { channels, gray: random.uniform() < 0.08 };
}
