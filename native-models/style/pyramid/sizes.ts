import { LikenessError } from '../../../contract/errors.ts';
import type { Size } from '../picture.ts';

export interface PyramidOptions {
  /** Longer side of the finished picture, in pixels. */
  readonly longerSide: number;
  /** Longer side of the first picture, at least; 128 by default. */
  readonly smallest?: number;
  /** Neither side of any picture may be shorter: what the encoder needs; 1 by default. */
  readonly shortest?: number;
}

const SMALLEST = 128;

/**
 * The sizes to paint at, coarse to fine: counted back from the wanted one in steps of √2, so that
 * the last is exact, each longer side rounded to the nearest pixel and the shorter in proportion.
 * Throws `image_too_small` where the wanted size itself has too short a side.
 */
export function pyramidSizes(content: Size, options: PyramidOptions): readonly Size[] {
  const { longerSide, smallest = SMALLEST, shortest = 1 } = options;
  const wanted = fit(content, longerSide);
  if (Math.min(wanted.width, wanted.height) < shortest)
    throw new LikenessError(
      'image_too_small',
      `A painting of ${wanted.width} × ${wanted.height} pixels is too small: ` +
        `both sides need at least ${shortest}. Ask for a larger size.`,
      { details: { ...wanted, shortest } },
    );
  const sizes = [wanted];
  for (let level = 1; ; level++) {
    const size = fit(content, longerSide / Math.SQRT2 ** level);
    const small = Math.max(size.width, size.height) < smallest;
    if (small || Math.min(size.width, size.height) < shortest) return sizes.reverse();
    sizes.push(size);
  }
}

/** The size of the same proportions whose longer side is this long. */
export function fit({ width, height }: Size, longerSide: number): Size {
  const scale = Math.round(longerSide) / Math.max(width, height);
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}
