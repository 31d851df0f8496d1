import { addTotalVariation } from '../losses/total-variation.ts';
import { areaOf, blankPicture, type Picture } from '../picture.ts';
import type { Recipe } from '../recipe.ts';
import { fillFrame, foldFrame, outerSize, type Frame } from './frame.ts';
import type { Evaluation, Objective } from './objective.ts';

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
