import type { Calibration } from '../../contract/calibration-commands.ts';
import type { CommandOutput } from '../../contract/commands.ts';
import { LikenessError } from '../../contract/errors.ts';
import {
  applyCalibration as apply,
  insertActivity,
  latestCalibration,
  type CalibrationRecord,
  type ModelKey,
  type ReadableStore,
} from '../../../db/store.ts';
import { activity } from '../activity-entry.ts';
import type { Handler } from '../context.ts';
import { encoderInUse } from '../encoder-in-use.ts';
import { appliedTo } from './threshold.ts';

export const lastCalibration: Handler<'calibration.last'> = async (context, _, call) => {
  const model = await encoderInUse(context, call);
  return context.store.read((tables) => keptOf(tables, model));
};

/** Of the latest calibration one of its rates; applying none goes back to the model's threshold. */
export const applyCalibration: Handler<'calibration.apply'> = async (context, { fpir }, call) => {
  const { store, now } = context;
  const model = await encoderInUse(context, call);
  return store.write((tables) => {
    const latest = latestCalibration(tables, model);
    if (fpir === null) apply(tables, model, null);
    else apply(tables, model, { id: requireRate(latest, fpir).id, fpir });
    insertActivity(tables, activity('calibrated', null, {}, now()));
    return keptOf(tables, model);
  });
};

function requireRate(latest: CalibrationRecord | undefined, fpir: number): CalibrationRecord {
  if (latest === undefined)
    throw new LikenessError(
      'calibration_impossible',
      'Nothing is calibrated for the encoder in use. Calibrate first.',
    );
  const rates = (JSON.parse(latest.growth) as Calibration['growth']).map(({ wanted }) => wanted);
  if (rates.includes(fpir)) return latest;
  throw new LikenessError(
    'calibration_impossible',
    `The latest calibration has no threshold for a rate of ${fpir}, but for ${rates.join(', ')}. Calibrate with that rate.`,
    { details: { fpir, rates } },
  );
}

function keptOf(tables: ReadableStore, model: ModelKey): CommandOutput<'calibration.last'> {
  const latest = latestCalibration(tables, model);
  return {
    calibration: latest === undefined ? null : (JSON.parse(latest.result) as Calibration),
    applied: appliedTo(tables, model),
  };
}
