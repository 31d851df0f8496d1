import type { Segment } from './parameters.ts';
import { assertNever } from '../../contract/errors.ts';

/** Linear warm-up, then half a cosine (Loshchilov and Hutter 2017). */
export interface Schedule {
  /** The highest learning rate. */
  readonly peak: number;
  /** Steps from 0 to the peak. */
  readonly warmUp: number;
  /** Steps in all. */
  readonly steps: number;
  /** Share of the peak that is left at the end. */
  readonly floor: number;
}

/** @param step the first is 0. */
export function learningRateAt({ peak, warmUp, steps, floor }: Schedule, step: number): number {
  if (step < warmUp) return (peak * (step + 1)) / warmUp;
  const through = Math.min(1, (step - warmUp) / Math.max(1, steps - warmUp));
  return peak * (floor + ((1 - floor) * (1 + Math.cos(Math.PI * through))) / 2);
}

/** Changes parameters against their gradient. The same calls give the same values, bit for bit. */
export interface Optimizer {
  /** Changes `values` in place. All gradients must be finite. */
  step(values: Float32Array, gradient: Float32Array, pace: Pace): void;
  /** Live views of all that is remembered. */
  readonly state: OptimizerState;
}

export interface Pace {
  readonly learningRate: number;
  /** What the gradient is multiplied by. */
  readonly gradientScale: number;
}

export interface OptimizerState {
  /** How often `step` was called. */
  steps: number;
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

export type OptimizerSettings =
  | {
      readonly kind: 'adamw';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: number;
      /** Multiply the learning rate by each parameter's own scale; networks without normalization need it. */
      readonly relative: boolean;
    }
  | { readonly kind: 'sgd'; readonly momentum: number; readonly weightDecay: number };

export const adamwDefaults: Extract<OptimizerSettings, { kind: 'adamw' }> = {
  kind: 'adamw',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  relative: false,
};

/** Which stretches of the vector decay. */
type Stretches = readonly Pick<Segment, 'start' | 'length' | 'decays' | 'scale'>[];

type SgdSettings = Extract<OptimizerSettings, { kind: 'sgd' }>;

/** Gradient descent with momentum (Polyak 1964) and weight decay as part of the gradient. */
class Sgd implements Optimizer {
  readonly state: OptimizerState;
  readonly #settings: SgdSettings;
  readonly #stretches: Stretches;

  constructor(settings: SgdSettings, stretches: Stretches, state?: OptimizerState) {
    const length = stretches.reduce((sum, stretch) => sum + stretch.length, 0);
    this.#settings = settings;
    this.#stretches = stretches;
    this.state = state ?? { steps: 0, vectors: { velocity: new Float32Array(length) } };
  }

  step(values: Float32Array, gradient: Float32Array, { learningRate, gradientScale }: Pace): void {
    const { momentum, weightDecay } = this.#settings;
    const velocity = this.state.vectors['velocity']!;
    this.state.steps++;
    for (const { start, length, decays } of this.#stretches) {
      const decay = decays ? weightDecay : 0;
      for (let i = start; i < start + length; i++) {
        velocity[i] = momentum * velocity[i]! + gradientScale * gradient[i]! + decay * values[i]!;
        values[i]! -= learningRate * velocity[i]!;
      }
    }
  }
}

type AdamWSettings = Extract<OptimizerSettings, { kind: 'adamw' }>;

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2). */
export class AdamW implements Optimizer {
  readonly state: OptimizerState;
  readonly #settings: AdamWSettings;
  readonly #stretches: Stretches;

  constructor(settings: AdamWSettings, stretches: Stretches, state?: OptimizerState) {
    const length = stretches.reduce((sum, stretch) => sum + stretch.length, 0);
    this.#settings = settings;
    this.#stretches = stretches;
    this.state = state ?? {
      steps: 0,
      vectors: { mean: new Float32Array(length), square: new Float32Array(length) },
    };
  }

  step(values: Float32Array, gradient: Float32Array, { learningRate, gradientScale }: Pace): void {
    const { beta1, beta2, epsilon, weightDecay, relative } = this.#settings;
    const steps = ++this.state.steps;
    const mean = this.state.vectors['mean']!;
    const square = this.state.vectors['square']!;
    // The corrections of both moments, moved out of the loop.
    const correction = Math.sqrt(1 - beta2 ** steps);
    const rate = (learningRate * correction) / (1 - beta1 ** steps);
    const floor = epsilon * correction;
    for (const { start, length, decays, scale } of this.#stretches) {
      const kept = decays ? 1 - learningRate * weightDecay : 1;
      const pace = relative ? rate * scale : rate;
      for (let i = start; i < start + length; i++) {
        const g = gradientScale * gradient[i]!;
        const m = (mean[i] = beta1 * mean[i]! + (1 - beta1) * g);
        const v = (square[i] = beta2 * square[i]! + (1 - beta2) * g * g);
        values[i] = kept * values[i]! - (pace * m) / (Math.sqrt(v) + floor);
      }
    }
  }
}

/** @param state where to go on; its vectors are taken over. */
export function createOptimizer(
  settings: OptimizerSettings,
  stretches: Stretches,
  state?: OptimizerState,
): Optimizer {
  switch (settings.kind) {
    case 'adamw':
      return new AdamW(settings, stretches, state);
    case 'sgd':
      return new Sgd(settings, stretches, state);
    default:
      return assertNever(settings);
  }
}
