import { arrangementTrials } from './arrangement-trials.ts';
import { contractionTrials } from './contraction-trials.ts';
import { elementwiseTrials } from './elementwise-trials.ts';
import type { OperatorTrial } from './trial.ts';
import { windowTrials } from './window-trials.ts';

/** For every operator of the registry one way to apply it at random. */
export const operatorTrials: Readonly<Record<string, OperatorTrial>> = {
  ...arrangementTrials,
  ...contractionTrials,
  ...elementwiseTrials,
  ...windowTrials,
};
