import { resamplePlanes, type Size } from '../picture.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';

interface AdamSettings {
  /** Largest change of a value in one step, about. */
  readonly learningRate: number;
  /** Share that the running mean of the gradient keeps. */
  readonly beta1: number;
  /** Share that the running mean of its square keeps. */
  readonly beta2: number;
  readonly epsilon: number;
  /** Share that the running mean of the pictures keeps. */
  readonly averaging: number;
}

export const adamDefaults: AdamSettings = {
  learningRate: 0.02,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  averaging: 0.99,
};

/** Share of the steps at one size whose mean is the result. */
const AVERAGED_SHARE = 0.2;

/** For so many steps at one size: a mean that reached back to the first, blurred ones would blur. */
export const adamSettingsFor = (steps: number): AdamSettings => ({
  ...adamDefaults,
  averaging: Math.max(0, Math.min(adamDefaults.averaging, 1 - 1 / (AVERAGED_SHARE * steps))),
});

interface Moments {
  /** Steps that the moments have seen, over all sizes of the pyramid. */
  readonly steps: number;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

/**
 * Adam (Kingma and Ba, 2015, algorithm 1). The result is not the last picture but the exponential
 * moving average of all at this size, corrected for its start as the moments are: single steps of a
 * fixed rate leave noise, their mean does not.
 */
export class Adam implements Optimizer {
  readonly #settings: AdamSettings;
  readonly #mean: Float32Array;
  readonly #square: Float32Array;
  readonly #average: Float32Array;
  #steps: number;
  #averaged: number;

  /** For pictures of `length` values. */
  static start(length: number, settings: AdamSettings = adamDefaults): Adam {
    const moments = {
      steps: 0,
      mean: new Float32Array(length),
      square: new Float32Array(length),
    };
    return new Adam(settings, moments, 0, new Float32Array(length));
  }

  /** Goes on from `state()`, whose vectors it takes over. */
  static resume({ scalars, vectors }: OptimizerState, settings: AdamSettings = adamDefaults): Adam {
    const { mean, square, average } = vectors;
    const moments = { steps: scalars['steps']!, mean: mean!, square: square! };
    return new Adam(settings, moments, scalars['averaged']!, average!);
  }

  private constructor(
    settings: AdamSettings,
    moments: Moments,
    averaged: number,
    average: Float32Array,
  ) {
    this.#settings = settings;
    this.#mean = moments.mean;
    this.#square = moments.square;
    this.#steps = moments.steps;
    this.#average = average;
    this.#averaged = averaged;
  }

  step(image: Float32Array, gradient: Float32Array): void {
    const { learningRate, beta1, beta2, epsilon, averaging } = this.#settings;
    const [mean, square, average] = [this.#mean, this.#square, this.#average];
    this.#steps++;
    this.#averaged++;
    // The corrections of both moments, moved out of the loop.
    const correction = Math.sqrt(1 - beta2 ** this.#steps);
    const rate = (learningRate * correction) / (1 - beta1 ** this.#steps);
    const floor = epsilon * correction;
    for (let i = 0; i < image.length; i++) {
      const g = gradient[i]!;
      const m = (mean[i] = beta1 * mean[i]! + (1 - beta1) * g);
      const v = (square[i] = beta2 * square[i]! + (1 - beta2) * g * g);
      const moved = image[i]! - (rate * m) / (Math.sqrt(v) + floor);
      const x = (image[i] = moved < 0 ? 0 : moved > 1 ? 1 : moved);
      average[i] = averaging * average[i]! + (1 - averaging) * x;
    }
  }

  result(image: Float32Array, target: Float32Array): void {
    if (this.#averaged === 0) {
      target.set(image);
      return;
    }
    const scale = 1 / (1 - this.#settings.averaging ** this.#averaged);
    // Rounding may carry the mean of ones beyond one.
    for (let i = 0; i < target.length; i++) target[i] = Math.min(1, this.#average[i]! * scale);
  }

  state(): OptimizerState {
    return {
      kind: 'adam',
      scalars: { steps: this.#steps, averaged: this.#averaged },
      vectors: { mean: this.#mean, square: this.#square, average: this.#average },
    };
  }

  /** The moments carry over, the average starts anew. */
  resized(from: Size, to: Size, steps: number): Adam {
    const moments = {
      steps: this.#steps,
      mean: resamplePlanes(this.#mean, from, to),
      square: resamplePlanes(this.#square, from, to),
    };
    return new Adam(adamSettingsFor(steps), moments, 0, new Float32Array(moments.mean.length));
  }
}
