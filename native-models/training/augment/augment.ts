import type { RandomStream } from '../../../foundation/random.ts';
import { ImagePyramid } from '../../images/resampling.ts';
import type { RgbImage } from '../../images/rgb-image.ts';
import { composeAffine, warpImage, type Affine } from '../../images/warp.ts';
import { faceSide } from '../chips/face-chip.ts';
import { addNoise, shiftColors, type ColorShift } from './pixels.ts';
import { recompress } from './recompress.ts';

/** How strongly pictures are changed; probabilities 0…1. */
export interface AugmentationSettings {
  readonly mirror: number;
  /** Standard deviations: degrees, share of the size, share of the side, share per pixel. */
  readonly rotation: number;
  readonly scale: number;
  readonly shift: number;
  readonly shear: number;
  /** Largest change of gain (share) and offset (of 255) of all channels, and of each alone. */
  readonly brightness: number;
  readonly color: number;
  readonly gray: number;
  readonly blur: number;
  readonly noise: number;
  /** Down to a random share of the size, and up again. */
  readonly downSampling: number;
  readonly jpeg: number;
}

export const mildAugmentation: AugmentationSettings = {
  mirror: 0.5,
  rotation: 3,
  scale: 0.03,
  shift: 0.012,
  shear: 0.015,
  brightness: 0.15,
  color: 0.06,
  gray: 0.08,
  blur: 0.08,
  noise: 0.08,
  downSampling: 0.12,
  jpeg: 0.08,
};

/**
 * The face of a stored chip, changed at random. The same stream gives the same pixels.
 *
 * @param side of the result, in pixels.
 */
export async function augment(
  wide: RgbImage,
  side: number,
  settings: AugmentationSettings,
  random: RandomStream,
): Promise<RgbImage> {
  const cut = faceSide(wide);
  const scale = cut / side;
  const toCut: Affine = { a: scale, b: 0, tx: 0, c: 0, d: scale, ty: 0 };
  const toWide = composeAffine(randomView(wide, cut, settings, random), toCut);
  let chip = warpImage(new ImagePyramid(wide), toWide, side, side);
  if (random.uniform() < settings.downSampling)
    chip = resample(chip, 0.25 + 0.5 * random.uniform());
  if (random.uniform() < settings.blur) chip = resample(chip, 0.5 + 0.3 * random.uniform());
  shiftColors(chip, randomColors(settings, random));
  if (random.uniform() < settings.noise) addNoise(chip, 3 + 9 * random.uniform(), random);
  if (random.uniform() < settings.jpeg) chip = await recompress(chip, 25 + random.below(55));
  return chip;
}

function randomView(
  wide: RgbImage,
  side: number,
  { mirror, rotation, scale, shift, shear }: AugmentationSettings,
  random: RandomStream,
): Affine {
  const angle = (random.normal() * rotation * Math.PI) / 180;
  const size = Math.exp(random.normal() * scale);
  const lean = random.normal() * shear;
  const flip = random.uniform() < mirror ? -1 : 1;
  const [dx, dy] = [random.normal() * shift * side, random.normal() * shift * side];
  const [cos, sin] = [Math.cos(angle) * size, Math.sin(angle) * size];
  const about: Affine = {
    a: cos,
    b: -sin,
    tx: wide.width / 2 + dx,
    c: sin,
    d: cos,
    ty: wide.height / 2 + dy,
  };
  const centered: Affine = { a: flip, b: lean, tx: 0, c: 0, d: 1, ty: 0 };
  const toCenter: Affine = { a: 1, b: 0, tx: -side / 2, c: 0, d: 1, ty: -side / 2 };
  return composeAffine(about, composeAffine(centered, toCenter));
}

/** Smaller and back to its size: what is lost stays lost. */
export function resample(image: RgbImage, share: number): RgbImage {
  const side = Math.max(8, Math.round(image.width * share));
  const ratio = image.width / side;
  const scaleBy = (factor: number): Affine => ({ a: factor, b: 0, tx: 0, c: 0, d: factor, ty: 0 });
  const small = warpImage(new ImagePyramid(image), scaleBy(ratio), side, side);
  return warpImage(new ImagePyramid(small), scaleBy(1 / ratio), image.width, image.height);
}

function randomColors(
  { brightness, color, gray }: AugmentationSettings,
  random: RandomStream,
): ColorShift {
  const symmetric = () => 2 * random.uniform() - 1;
  const gain = 1 + brightness * symmetric();
  const offset = 128 * brightness * symmetric();
  const channels = [0, 1, 2].map(() => ({
    gain: gain * (1 + color * symmetric()),
    offset: offset + 32 * color * symmetric(),
  }));
  return { channels, gray: random.uniform() < gray };
}
