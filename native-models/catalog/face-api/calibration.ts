import type { ManifestOf } from '../../../contract/manifest.ts';

type EncoderTask = ManifestOf<'encoder'>['task'];

/**
 * Decision constants of the built-in encoder on normalized encodings, mirrored average, dlib chip.
 * `likeness evaluate --all` measures the thresholds: the distances at which the false-match rate is
 * 0.1 % (verification) and 0.01 % (identification).
 */
export const ENCODER_CALIBRATION: Pick<EncoderTask, 'thresholds' | 'probability'> = {
  thresholds: { verification: 0.378, identification: 0.338 },
  probability: { midpoint: 0.424, slope: 48.3 },
};
