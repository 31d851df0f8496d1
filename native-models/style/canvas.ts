import { LikenessError } from '../../contract/errors.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import type { Evaluation, Objective } from './objective/objective.ts';
import { createOptimizer, resumeOptimizer } from './optimizers/create.ts';
import type { Optimizer, OptimizerKind, OptimizerState } from './optimizers/optimizer.ts';
import { blankPicture, type Picture, type Size } from './picture.ts';
import { resample } from './pyramid/resample.ts';
import type { Level } from './schedule.ts';

/** A picture on its way at one size of the pyramid, and what the optimizer remembers of it. */
export class Canvas {
  readonly #image: Picture;
  readonly #optimizer: Optimizer;
  readonly #gradient: Float32Array;

  /** Takes the picture over, to be painted on in so many steps. */
  static start(image: Picture, kind: OptimizerKind, steps: number): Canvas {
    return new Canvas(image, createOptimizer(kind, image.data.length, steps));
  }

  /** Goes on from a checkpoint, whose memory it takes over; `steps` are all at its size. */
  static resume({ image, optimizer }: Checkpoint, steps: number): Canvas {
    return new Canvas(image, resumeOptimizer(optimizer, steps));
  }

  private constructor(image: Picture, optimizer: Optimizer) {
    this.#image = image;
    this.#optimizer = optimizer;
    this.#gradient = new Float32Array(image.data.length);
  }

  get size(): Size {
    const { width, height } = this.#image;
    return { width, height };
  }

  /**
   * One step down the objective; its losses are those of the picture before.
   *
   * @throws LikenessError painting_diverged; then the picture is as it was
   */
  async step(objective: Objective, step: number): Promise<Evaluation> {
    const evaluation = await objective.evaluate(this.#image, this.#gradient, step);
    if (!isFinite(evaluation) || !this.#gradient.every(Number.isFinite)) throw diverged(step);
    this.#optimizer.step(this.#image.data, this.#gradient, evaluation.total);
    return evaluation;
  }

  /** What the steps have led to: a new picture. */
  result(): Picture {
    const picture = blankPicture(this.#image);
    this.#optimizer.result(this.#image.data, picture.data);
    return picture;
  }

  /** Live: it changes with the next step. */
  state(): { readonly image: Picture; readonly optimizer: OptimizerState } {
    return { image: this.#image, optimizer: this.#optimizer.state() };
  }

  /** The canvas of the next size, which begins with the result of this one. */
  resized({ size, steps }: Level): Canvas {
    const image = resample(this.result(), size);
    return new Canvas(image, this.#optimizer.resized(this.size, size, steps));
  }
}

const isFinite = ({ total, losses }: Evaluation): boolean =>
  [total, ...Object.values(losses)].every(Number.isFinite);

const diverged = (step: number): LikenessError =>
  new LikenessError(
    'painting_diverged',
    `Step ${step} of the painting came to values that are no numbers. Use a smaller style ` +
      'strength, or check the encoder with `likeness models verify`.',
    { details: { step } },
  );
