import type { PaintingLosses } from '../../../contract/values.ts';
import type { Picture } from '../picture.ts';

export interface Evaluation {
  /** J at the picture, times its number of pixels: what a pixel does counts the same at any size. */
  readonly total: number;
  /**
   * Without their weights: squared distances of content and style relative to what they aim at, and
   * the variation per pixel.
   */
  readonly losses: PaintingLosses;
}

/** What is minimized at one size of the pyramid. */
export interface Objective {
  /**
   * J at a picture; `gradient` is overwritten with its derivative.
   *
   * @param step says which random numbers are drawn, and where tiles lie
   */
  evaluate(picture: Picture, gradient: Float32Array, step: number): Promise<Evaluation>;
  dispose(): Promise<void>;
}
