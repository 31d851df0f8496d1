import { CurvatureHistory } from '../../../foundation/lbfgs.ts';
import { rms, scale } from '../../../foundation/vectors.ts';
import type { Size } from '../picture.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';

interface LbfgsSettings {
  /** Pairs of steps and gradients remembered; each takes two vectors of the picture's length. */
  readonly history: number;
}

export const lbfgsDefaults: LbfgsSettings = { history: 10 };

/**
 * Root mean square of the first change. The usual 1 / ‖gradient‖₁ would change the millions of
 * values of a picture by less than float32 can tell.
 */
const FIRST_CHANGE = 0.01;
/** No step changes the picture by more than this, root mean square. */
const LARGEST_CHANGE = 0.1;
/** Share of the predicted decrease of the loss that a step must bring (Armijo). */
const SUFFICIENT_DECREASE = 1e-4;
/** Halvings after which a step is taken as it is: the loss is noisy, or the history misleads. */
const MOST_RETREATS = 8;

/**
 * L-BFGS (Liu and Nocedal, 1989) between 0 and 1, values at a bound held where the gradient pushes
 * outwards (Bertsekas, 1982). The line search takes one gradient per step: a picture whose loss
 * did not fall enough is drawn back half the way to the last good one. The result is the last
 * picture whose loss was seen to be good, never one that was only hoped to be.
 */
export class Lbfgs implements Optimizer {
  readonly #settings: LbfgsSettings;
  readonly #history: CurvatureHistory<Float32Array>;
  /** The last good picture, its gradient and loss, and the way on from there. */
  readonly #image: Float32Array;
  readonly #gradient: Float32Array;
  readonly #direction: Float32Array;
  #loss = Infinity;
  #started = false;
  /** Share of the direction that was gone. */
  #length = 0;
  #retreats = 0;

  /** For pictures of `length` values. */
  static start(length: number, settings: LbfgsSettings = lbfgsDefaults): Lbfgs {
    return new Lbfgs(length, settings);
  }

  /** Goes on from `state()`. */
  static resume(
    { scalars, vectors }: OptimizerState,
    settings: LbfgsSettings = lbfgsDefaults,
  ): Lbfgs {
    const optimizer = new Lbfgs(vectors['image']!.length, settings);
    for (let age = 0; age < scalars['pairs']!; age++)
      optimizer.#history.restore({
        step: vectors[`step${age}`]!,
        change: vectors[`change${age}`]!,
      });
    optimizer.#image.set(vectors['image']!);
    optimizer.#gradient.set(vectors['gradient']!);
    optimizer.#direction.set(vectors['direction']!);
    optimizer.#started = scalars['started'] === 1;
    if (optimizer.#started) optimizer.#loss = scalars['loss']!;
    optimizer.#length = scalars['length']!;
    optimizer.#retreats = scalars['retreats']!;
    return optimizer;
  }

  private constructor(length: number, settings: LbfgsSettings) {
    this.#settings = settings;
    this.#history = new CurvatureHistory(() => new Float32Array(length), settings.history);
    this.#image = new Float32Array(length);
    this.#gradient = new Float32Array(length);
    this.#direction = new Float32Array(length);
  }

  step(image: Float32Array, gradient: Float32Array, loss: number): void {
    if (!this.#started || this.#fellEnough(image, loss)) this.#accept(image, gradient, loss);
    else if (this.#retreats < MOST_RETREATS) this.#retreat();
    else {
      this.#history.forget();
      this.#started = false;
      this.#accept(image, gradient, loss);
    }
    this.#move(image);
  }

  result(image: Float32Array, target: Float32Array): void {
    target.set(this.#started ? this.#image : image);
  }

  state(): OptimizerState {
    const pairs = this.#history.pairs();
    return {
      kind: 'lbfgs',
      scalars: {
        started: this.#started ? 1 : 0,
        loss: this.#started ? this.#loss : 0,
        length: this.#length,
        retreats: this.#retreats,
        pairs: pairs.length,
      },
      vectors: {
        image: this.#image,
        gradient: this.#gradient,
        direction: this.#direction,
        ...Object.fromEntries(
          pairs.flatMap(({ step, change }, age) => [
            [`step${age}`, step],
            [`change${age}`, change],
          ]),
        ),
      },
    };
  }

  /** Curvature does not carry over: the loss of another size is another function. */
  resized(from: Size, to: Size): Lbfgs {
    const planes = this.#image.length / (from.width * from.height);
    return new Lbfgs(planes * to.width * to.height, this.#settings);
  }

  #fellEnough(image: Float32Array, loss: number): boolean {
    let predicted = 0;
    for (let i = 0; i < image.length; i++)
      predicted += this.#gradient[i]! * (image[i]! - this.#image[i]!);
    return loss <= this.#loss + SUFFICIENT_DECREASE * Math.min(0, predicted);
  }

  #accept(image: Float32Array, gradient: Float32Array, loss: number): void {
    if (this.#started) this.#history.remember([this.#image, this.#gradient], [image, gradient]);
    this.#image.set(image);
    this.#gradient.set(gradient);
    this.#loss = loss;
    this.#started = true;
    this.#retreats = 0;
    this.#findDirection();
  }

  #findDirection(): void {
    this.#direction.set(this.#gradient);
    this.#holdBounds();
    this.#history.applyInverse(this.#direction);
    scale(this.#direction, -1);
    this.#holdBounds();
    const change = rms(this.#direction);
    const largest = this.#history.size === 0 ? FIRST_CHANGE : LARGEST_CHANGE;
    const unbounded = this.#history.size === 0 ? Infinity : 1;
    this.#length = change === 0 ? 0 : Math.min(unbounded, largest / change);
  }

  /** Takes out what would leave the bounds. */
  #holdBounds(): void {
    for (let i = 0; i < this.#direction.length; i++) {
      const outwards = this.#gradient[i]! > 0 ? this.#image[i]! <= 0 : this.#image[i]! >= 1;
      if (outwards) this.#direction[i] = 0;
    }
  }

  #retreat(): void {
    this.#retreats++;
    this.#length /= 2;
  }

  #move(image: Float32Array): void {
    for (let i = 0; i < image.length; i++) {
      const moved = this.#image[i]! + this.#length * this.#direction[i]!;
      image[i] = moved < 0 ? 0 : moved > 1 ? 1 : moved;
    }
  }
}
