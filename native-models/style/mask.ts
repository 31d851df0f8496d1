import { LikenessError } from '../../contract/errors.ts';
import { sameSize, resample, type Picture, type Size } from './picture.ts';

/** Where a style applies: one plane, 0 (not here) to 1 (fully here). */
export type Mask = Picture;

interface FittedMask {
  readonly mask: Mask;
  /** What was done to make it fit, as a sentence for the user; null where nothing was. */
  readonly note: string | null;
}

/**
 * A mask of the content's size. `name` is what messages call it, a file name for instance. Throws
 * `invalid_input` where the mask is black everywhere.
 */
export function fitMask(mask: Mask, content: Size, name: string): FittedMask {
  if (mask.data.every((value) => value <= 0))
    throw new LikenessError(
      'invalid_input',
      `The mask ${name} is black everywhere, so its style would appear nowhere. ` +
        'Paint white where the style shall be, or leave the mask out.',
      { details: { mask: name } },
    );
  if (sameSize(mask, content)) return { mask, note: null };
  return { mask: resample(mask, content), note: noteOf(mask, content, name) };
}

/** Proportions count as the same where a side differs by no more than rounding explains. */
function noteOf(mask: Size, content: Size, name: string): string {
  const sizes = `${mask.width} × ${mask.height} to ${content.width} × ${content.height} pixels`;
  const proportional =
    Math.abs(mask.width * content.height - content.width * mask.height) <=
    Math.max(content.width, content.height, mask.width, mask.height);
  return proportional
    ? `The mask ${name} was resized from ${sizes}.`
    : `The mask ${name} has other proportions than the content: it was stretched from ${sizes}.`;
}

/** Mean of the mask: the share of the picture that its style gets. */
export const coverageOf = ({ data }: Mask): number =>
  data.reduce((sum, value) => sum + value, 0) / data.length;

/**
 * What each position of a layer counts for a style: the mean of the mask over the stride × stride
 * pixels that the position stands for, divided by the sum over all positions, so that a Gram matrix
 * is Σ weight · f fᵀ, as 1 / (H · W) would make it without a mask (guided Gram matrices: Gatys et
 * al., "Controlling Perceptual Factors in Neural Style Transfer", 2017). Pixels behind the last full
 * cell count for nothing, as in the layer. All zero where no position has any of the mask.
 */
export function layerWeights(mask: Mask, layer: Size & { readonly stride: number }): Float32Array {
  const { width, height, stride } = layer;
  const weights = new Float32Array(width * height);
  let sum = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      sum += weights[y * width + x] = cellMean(mask, x * stride, y * stride, stride);
  if (sum > 0) for (let i = 0; i < weights.length; i++) weights[i]! /= sum;
  return weights;
}

/** A layer of rounded-up size has cells that reach beyond the picture: what is inside counts. */
function cellMean({ width, height, data }: Mask, x: number, y: number, side: number): number {
  const [right, bottom] = [Math.min(x + side, width), Math.min(y + side, height)];
  let sum = 0;
  for (let row = y; row < bottom; row++)
    for (let column = x; column < right; column++) sum += data[row * width + column]!;
  return sum / (side * side);
}
