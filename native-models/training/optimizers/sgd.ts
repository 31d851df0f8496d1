import type { Optimizer, OptimizerSettings, OptimizerState, Pace, Stretches } from './optimizer.ts';

type Settings = Extract<OptimizerSettings, { kind: 'sgd' }>;

/** Gradient descent with momentum (Polyak 1964) and weight decay as part of the gradient. */
export class Sgd implements Optimizer {
  readonly state: OptimizerState;
  readonly #settings: Settings;
  readonly #stretches: Stretches;

  constructor(settings: Settings, stretches: Stretches, state?: OptimizerState) {
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
