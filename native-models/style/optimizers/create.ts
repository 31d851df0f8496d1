import { assertNever } from '../../../contract/errors.ts';
import { Adam, adamSettingsFor } from './adam.ts';
import { Lbfgs, lbfgsDefaults } from './lbfgs.ts';
import type { Optimizer, OptimizerKind, OptimizerState } from './optimizer.ts';

/** For pictures of `length` values, and so many steps at their size. */
export function createOptimizer(kind: OptimizerKind, length: number, steps: number): Optimizer {
  switch (kind) {
    case 'adam':
      return Adam.start(length, adamSettingsFor(steps));
    case 'lbfgs':
      return Lbfgs.start(length);
    default:
      return assertNever(kind);
  }
}

/**
 * Goes on from what `state()` gave, bit for bit. May take over its vectors.
 *
 * @param steps at this size, those before included
 */
export function resumeOptimizer(state: OptimizerState, steps: number): Optimizer {
  switch (state.kind) {
    case 'adam':
      return Adam.resume(state, adamSettingsFor(steps));
    case 'lbfgs':
      return Lbfgs.resume(state);
    default:
      return assertNever(state.kind);
  }
}

/** Vectors of the picture's length that an optimizer holds. */
export function vectorsHeld(kind: OptimizerKind): number {
  switch (kind) {
    case 'adam':
      return 3;
    case 'lbfgs':
      return 3 + 2 * lbfgsDefaults.history;
    default:
      return assertNever(kind);
  }
}
