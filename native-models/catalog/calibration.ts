import type { ManifestOf } from '../../contract/manifest.ts';

type Calibration = Pick<ManifestOf<'encoder'>['task'], 'thresholds' | 'probability'>;

/** Thresholds and probability curve of MobileFaceNet, as `likeness evaluate --all` measures them. */
export const mobileFaceNetCalibration: Calibration = {
  thresholds: { verification: 1.154, identification: 1.092 },
  probability: { midpoint: 1.186, slope: 38.7 },
};
