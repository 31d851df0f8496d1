import type { Comparisons } from '../../evaluation/comparisons.ts';
import { pointAtFar } from '../../evaluation/operating-points.ts';
import { fitProbability } from '../../evaluation/probability.ts';
import type { Encoder } from './encoders.ts';

/**
 * Thresholds and probability of a trained encoder, measured on people who took no part: one of 1,000
 * strangers passes verification, one of 10,000 identification. Empty where they cannot be told.
 */
export function decisionsOf(comparisons: Comparisons | null): Partial<Encoder['task']> {
  if (comparisons === null) return {};
  const thresholdAt = (far: number) => pointAtFar(comparisons, far).threshold;
  const [verification, identification] = [thresholdAt(0.001), thresholdAt(0.0001)];
  if (identification <= 0) return {};
  return {
    thresholds: { verification, identification },
    probability: fitProbability(comparisons),
  };
}
