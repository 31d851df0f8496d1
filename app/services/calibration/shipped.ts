import { Calibration } from '../../../contract/calibration-commands.ts';
import type { ModelKey } from '../../../db/store.ts';
import likeness from './shipped/encoder-likeness.json' with { type: 'json' };
import residual from './shipped/encoder-resnet29.json' with { type: 'json' };
import mobile from './shipped/mobilefacenet.json' with { type: 'json' };

const files: readonly (ModelKey & { readonly model: string })[] = [likeness, residual, mobile].map(
  (file) => ({ ...file, id: file.model }),
);

/**
 * What was measured of an encoder before it was shipped, as `likeness calibrate --images` measures it:
 * on the 741 people of LFW's dev part who took no part in training (docs/calibration.md). Undefined
 * for encoders of others.
 */
export function shippedCalibration({ id, version }: ModelKey): Calibration | undefined {
  const file = files.find((each) => each.id === id && each.version === version);
  return file && Calibration.parse(file);
}
