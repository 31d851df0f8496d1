import type { RgbImage } from '../../images/rgb-image.ts';

/** One aligned face to learn from. */
export interface Example {
  /** Names the photo in lists. */
  readonly photo: string;
  /** SHA-256 of the photo's file, where it was read for this. */
  readonly hash?: string;
  /** null where photos carry no label. */
  readonly person: string | null;
  /** What a teacher says of the face; empty without one. */
  readonly target: Float32Array;
  /** The chip with a margin around it. */
  readonly read: () => Promise<RgbImage>;
}
