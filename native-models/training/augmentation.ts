import type { RandomStream } from '../../foundation/random.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { imageLibrary } from '../images/source.ts';
import { resizeImage, ImagePyramid } from '../images/resampling.ts';
import { composeAffine, warpImage, type Affine } from '../images/warp.ts';
import { faceSide } from './chips.ts';

interface ColorShift {
  /** value · gain + offset, for R, G and B; 0…255. */
  readonly channels: readonly { readonly gain: number; readonly offset: number }[];
  /** Only the luma (ITU-R BT.601) is left. */
  readonly gray: boolean;
}

/** Changes the picture in place. */
export function shiftColors({ data }: RgbImage, { channels, gray }: ColorShift): void {
  const tables = channels.map(({ gain, offset }) =>
    Uint8ClampedArray.from({ length: 256 }, (_, value) => value * gain + offset),
  );
  const [red, green, blue] = tables as [Uint8ClampedArray, Uint8ClampedArray, Uint8ClampedArray];
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [red[data[i]!]!, green[data[i + 1]!]!, blue[data[i + 2]!]!];
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    data[i] = gray ? luma : r;
    data[i + 1] = gray ? luma : g;
    data[i + 2] = gray ? luma : b;
  }
}

/** Adds normal noise in place. @param deviation of 255. */
export function addNoise({ data }: RgbImage, deviation: number, random: RandomStream): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i]! + deviation * random.normal();
    data[i] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
}

/** What is left of a picture after JPEG. @param quality 1…100 */
async function recompress(image: RgbImage, quality: number): Promise<RgbImage> {
  const { width, height, data } = image;
  const raw = { raw: { width, height, channels: 3 as const } };
  const jpeg = await imageLibrary()(data, raw).jpeg({ quality }).toBuffer();
  const decoded = await imageLibrary()(jpeg).removeAlpha().raw().toBuffer();
  return { width, height, data: new Uint8Array(decoded) };
}

/** A cheap surveillance camera: few pixels, a soft lens, a noisy gray sensor, hard compression. */
const badCamera = {
  /** Pixels between the eyes, drawn evenly. */
  eyes: [9, 16],
  /** Gaussian blur, in pixels of the small picture. */
  blur: [0.5, 1],
  /** Standard deviation, of 255. */
  noise: [6, 12],
  jpeg: 30,
} as const;

const GRAY = { channels: [1, 2, 3].map(() => ({ gain: 1, offset: 0 })), gray: true };

/**
 * The face as the bad camera would have seen it, scaled up again to its size. The same stream gives
 * the same pixels.
 *
 * @param eyes pixels between the eyes of this chip.
 */
export async function throughBadCamera(
  chip: RgbImage,
  eyes: number,
  random: RandomStream,
): Promise<RgbImage> {
  const between = ([low, high]: readonly [number, number]) => low + (high - low) * random.uniform();
  const share = between(badCamera.eyes) / eyes;
  const side = Math.max(8, Math.round(chip.width * Math.min(1, share)));
  const small = await blurred(await resizeImage(chip, side, side), between(badCamera.blur));
  shiftColors(small, GRAY);
  addNoise(small, between(badCamera.noise), random);
  shiftColors(small, GRAY);
  return resizeImage(await recompress(small, badCamera.jpeg), chip.width, chip.height);
}

async function blurred(image: RgbImage, sigma: number): Promise<RgbImage> {
  const { width, height } = image;
  const raw = { raw: { width, height, channels: 3 as const } };
  const pixels = await imageLibrary()(image.data, raw).blur(sigma).raw().toBuffer();
  return { width, height, data: new Uint8Array(pixels) };
}

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
