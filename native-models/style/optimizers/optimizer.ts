import type { Size } from '../picture.ts';

/**
 * Minimizes a loss over the values of a picture, each between 0 and 1, from one gradient per step.
 * The same calls give the same values, bit for bit.
 */
export interface Optimizer {
  /**
   * Changes the picture in place, given ∂loss/∂picture and the loss at the picture as it is.
   * Allocates nothing. All three must be finite.
   */
  step(image: Float32Array, gradient: Float32Array, loss: number): void;

  /** Writes what the steps have led to into `target`; `image` is the picture that they changed. */
  result(image: Float32Array, target: Float32Array): void;

  /** Live views, not copies: they change with the next step. */
  state(): OptimizerState;

  /**
   * An optimizer for the next size of the pyramid and so many steps at it, which goes on from what
   * carries over.
   */
  resized(from: Size, to: Size, steps: number): Optimizer;
}

/** All that an optimizer remembers. */
export interface OptimizerState {
  readonly kind: OptimizerKind;
  readonly scalars: Readonly<Record<string, number>>;
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

export type OptimizerKind = 'adam' | 'lbfgs';
