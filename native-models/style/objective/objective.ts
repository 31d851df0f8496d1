import type { PaintingLosses } from '../../../contract/values.ts';
import { areaOf, blankPicture, type Picture } from '../picture.ts';
import { addTotalVariation } from '../losses.ts';
import type { Recipe } from '../painter.ts';
import { fillFrame, foldFrame, outerSize, type Frame } from './scene.ts';

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

/** Content and style loss as they are, and the derivative of their weighted sum, times the pixels. */
export interface Comparison {
  readonly content: number;
  readonly style: number;
}

/** The part of an objective that looks at a picture in its frame through an encoder. */
export interface Comparer {
  /** @param gradient of the outer size, overwritten */
  compare(framed: Picture, gradient: Picture, step: number): Promise<Comparison>;
  dispose(): Promise<void>;
}

/** Frames the picture, and adds the total variation, which needs no encoder. */
export class FramedObjective implements Objective {
  readonly #frame: Frame;
  readonly #weights: Recipe['weights'];
  readonly #comparer: Comparer;
  readonly #framed: Picture;
  readonly #gradient: Picture;

  constructor(frame: Frame, weights: Recipe['weights'], comparer: Comparer) {
    this.#frame = frame;
    this.#weights = weights;
    this.#comparer = comparer;
    this.#framed = blankPicture(outerSize(frame));
    this.#gradient = blankPicture(outerSize(frame));
  }

  async evaluate(picture: Picture, gradient: Float32Array, step: number): Promise<Evaluation> {
    fillFrame(this.#frame, picture, this.#framed);
    const compared = await this.#comparer.compare(this.#framed, this.#gradient, step);
    gradient.fill(0);
    foldFrame(this.#frame, this.#gradient, { ...picture, data: gradient });
    const area = areaOf(picture);
    const { content, style, totalVariation } = this.#weights;
    const variation = addTotalVariation(picture, totalVariation, gradient) / area;
    return {
      total:
        area * (content * compared.content + style * compared.style + totalVariation * variation),
      losses: { ...compared, totalVariation: variation },
    };
  }

  dispose(): Promise<void> {
    return this.#comparer.dispose();
  }
}
