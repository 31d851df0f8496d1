import type { ManifestOf } from './manifest.ts';

type Calibration = Pick<ManifestOf<'encoder'>['task'], 'thresholds' | 'probability'>;

/** Euclidean distance of two L2-normalised vectors whose cosine is given. */
export const distanceOfCosine = (cosine: number): number => Math.sqrt(2 - 2 * cosine);

/** Thresholds and probability curve of MobileFaceNet, as `likeness evaluate --all` measures them. */
export const mobileFaceNetCalibration: Calibration = {
  thresholds: { verification: distanceOfCosine(0.33), identification: distanceOfCosine(0.4) },
  probability: { midpoint: distanceOfCosine(0.33), slope: 12 },
};
