import type { Size } from './picture.ts';
import { pyramidSizes } from './pyramid/sizes.ts';

/** One size of the pyramid and the steps that are painted at it. */
export interface Level {
  readonly size: Size;
  readonly steps: number;
}

/**
 * The sizes to paint at, coarse to fine. The first, cheapest one takes the given steps and decides
 * what is where; each later one refines, and takes √2 times fewer.
 *
 * @param shortest neither side of any size may be shorter, in pixels
 * @throws LikenessError image_too_small
 */
export function scheduleOf(content: Size, steps: number, shortest: number): readonly Level[] {
  const longerSide = Math.max(content.width, content.height);
  return pyramidSizes(content, { longerSide, shortest }).map((size, level) => ({
    size,
    steps: Math.max(1, Math.round(steps / Math.SQRT2 ** level)),
  }));
}
