import type { RgbImage } from '../../images/rgb-image.ts';

/** One aligned face to learn from. */
export interface Example {
  /** Names the photo in lists. */
  readonly photo: string;
  /** null where photos carry no label. */
  readonly person: string | null;
  /** What a teacher says of the face; empty without one. */
  readonly target: Float32Array;
  /** The chip with a margin around it. */
  readonly read: () => Promise<RgbImage>;
}
