import { assertNever } from '../../../app/contract/errors.ts';
import { AdamW } from './adamw.ts';
import type { Optimiser, OptimiserSettings, OptimiserState, Stretches } from './optimiser.ts';
import { Sgd } from './sgd.ts';

/** @param state where to go on; its vectors are taken over. */
export function createOptimiser(
  settings: OptimiserSettings,
  stretches: Stretches,
  state?: OptimiserState,
): Optimiser {
  switch (settings.kind) {
    case 'adamw':
      return new AdamW(settings, stretches, state);
    case 'sgd':
      return new Sgd(settings, stretches, state);
    default:
      return assertNever(settings);
  }
}
