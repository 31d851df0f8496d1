import type { Optimizer, OptimizerSettings, OptimizerState, Pace, Stretches } from './optimizer.ts';

type Settings = Extract<OptimizerSettings, { kind: 'adamw' }>;

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2). */
export class AdamW implements Optimizer {
  readonly state: OptimizerState;
  readonly #settings: Settings;
  readonly #stretches: Stretches;

  constructor(settings: Settings, stretches: Stretches, state?: OptimizerState) {
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
