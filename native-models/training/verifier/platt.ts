import type { Platt } from '../../evaluation/verifier/verifier.ts';
import { fitLogistic } from './logistic-regression.ts';

/** Results of a classifier on pairs whose truth is known. */
export interface Scores {
  readonly mated: Float64Array;
  readonly nonMated: Float64Array;
}

/**
 * Platt's sigmoid (1999): what log-odds a score stands for, fitted on people whom the classifier
 * has not seen. Both kinds of pairs weigh one half, which is the prior of the result. Targets are
 * shrunk from 0 and 1 as Platt has it, so that cleanly separated scores still give a finite slope.
 */
export function fitPlatt({ mated, nonMated }: Scores): Platt {
  const rows = mated.length + nonMated.length;
  const isMated = (row: number): boolean => row < mated.length;
  const { weights, bias } = fitLogistic(
    {
      features: Float32Array.from([...mated, ...nonMated]),
      columns: 1,
      targets: Float64Array.from({ length: rows }, (_, row) =>
        isMated(row) ? (mated.length + 1) / (mated.length + 2) : 1 / (nonMated.length + 2),
      ),
      weights: Float64Array.from(
        { length: rows },
        (_, row) => 0.5 / (isMated(row) ? mated : nonMated).length,
      ),
    },
    Infinity,
  );
  return { slope: weights[0]!, intercept: bias };
}
