import type { Calibration } from '../../../contract/calibration-commands.ts';
import type { CommandOutput } from '../../../contract/commands.ts';
import { LikenessError } from '../../../contract/errors.ts';
import {
  applyCalibration as apply,
  insertActivity,
  insertCalibration,
  latestCalibration,
  type CalibrationRecord,
  type ModelKey,
  type ReadableStore,
  type WritableStore,
} from '../../../db/store.ts';
import { activity } from '../activity-entry.ts';
import type { Handler } from '../context.ts';
import { encoderInUse } from '../encoder-in-use.ts';
import { shippedCalibration } from './shipped.ts';
import { appliedTo } from './threshold.ts';

export const lastCalibration: Handler<'calibration.last'> = async (context, _, call) => {
  const model = await encoderInUse(context, call);
  return context.store.read((tables) => keptOf(tables, model));
};

/**
 * Of the latest calibration one of its rates, or of the one that came with the model where nobody
 * calibrated; applying none goes back to the model's threshold.
 */
export const applyCalibration: Handler<'calibration.apply'> = async (context, { fpir }, call) => {
  const { store, now } = context;
  const model = await encoderInUse(context, call);
  return store.write((tables) => {
    if (fpir === null) apply(tables, model, null);
    else {
      const latest = latestCalibration(tables, model) ?? takeShipped(tables, model);
      apply(tables, model, { id: requireRate(latest, fpir).id, fpir });
    }
    insertActivity(tables, activity('calibrated', null, {}, now()));
    return keptOf(tables, model);
  });
};

/** Kept as if it had been made here, so that identification follows it the same way. */
function takeShipped(tables: WritableStore, model: ModelKey): CalibrationRecord | undefined {
  const shipped = shippedCalibration(model);
  if (shipped === undefined) return undefined;
  insertCalibration(tables, model, {
    templatesPerPerson: shipped.templates / shipped.people,
    growth: JSON.stringify(shipped.growth),
    result: JSON.stringify(shipped),
    createdAt: shipped.createdAt,
  });
  return latestCalibration(tables, model);
}

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
