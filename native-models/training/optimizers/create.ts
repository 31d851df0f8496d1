import { assertNever } from '../../../contract/errors.ts';
import { AdamW } from './adamw.ts';
import type { Optimizer, OptimizerSettings, OptimizerState, Stretches } from './optimizer.ts';
import { Sgd } from './sgd.ts';

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
