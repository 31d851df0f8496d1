import type { Segment } from '../parameters.ts';

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
export type Stretches = readonly Pick<Segment, 'start' | 'length' | 'decays' | 'scale'>[];
