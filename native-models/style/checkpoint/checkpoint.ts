import type { Basis } from '../../checkpoint/basis.ts';
import type { OptimizerState } from '../optimizers/optimizer.ts';
import type { Picture } from '../picture.ts';

/**
 * All that a painting needs to go on as if it had never stopped. Random numbers need no state: they
 * follow from the seed, which is among the settings, and the step.
 */
export interface Checkpoint {
  /** As JSON holds them; whoever reads them checks them. */
  readonly settings: unknown;
  /** What the painting is made from; absent in what earlier versions wrote. */
  readonly inputs?: Basis;
  /** Index into the sizes of the pyramid. */
  readonly level: number;
  /** Steps done at this level. */
  readonly step: number;
  /** Losses so far by name, oldest first; all finite. */
  readonly losses: readonly Readonly<Record<string, number>>[];
  readonly image: Picture;
  readonly optimizer: OptimizerState;
}
